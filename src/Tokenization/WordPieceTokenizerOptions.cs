namespace BertMLNet.Tokenization;

/// <summary>What a WordPiece tokenizer may do differently from BERT's own.</summary>
public sealed record WordPieceTokenizerOptions
{
    /// <summary>How the vocabulary spells the special tokens.</summary>
    public SpecialTokens SpecialTokens { get; init; } = SpecialTokens.Default;

    /// <summary>The tokens found in the text as it is written; <see langword="null"/> for the special tokens.</summary>
    public IReadOnlyList<AddedToken>? AddedTokens { get; init; }

    /// <summary>What a token begins with that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; init; } = "##";

    /// <summary>A word of more characters (code points) than this becomes the unknown token.</summary>
    public int MaxInputCharsPerWord { get; init; } = 100;
}
