namespace BertMLNet.Tokenization;

/// <summary>How a vocabulary spells the words of a text.</summary>
/// <param name="Words">How many words there are, punctuation included.</param>
/// <param name="Pieces">How many tokens they become, special tokens aside.</param>
/// <param name="UnknownWords">How many of the words become [UNK].</param>
public sealed record VocabularyCoverage(long Words, long Pieces, long UnknownWords)
{
    /// <summary>Tokens a word; 0 without words.</summary>
    public double PiecesPerWord => Words == 0 ? 0 : (double)Pieces / Words;

    /// <summary>The share of words that become [UNK], from 0 to 1; 0 without words.</summary>
    public double UnknownShare => Words == 0 ? 0 : (double)UnknownWords / Words;
}
