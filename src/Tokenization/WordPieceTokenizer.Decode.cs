using System.Buffers;
using System.Text;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>What Hugging Face's WordPiece decoder tidies in each token, in its order.</summary>
    private static readonly (string Untidy, string Tidy)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>The text that ids stand for: words with spaces between them, none before punctuation. Special tokens are kept.</summary>
    /// <exception cref="BertMLNetException">An id is not in the vocabulary.</exception>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, skipSpecialTokens: false);

    /// <summary>The text that ids stand for, as Hugging Face's WordPiece decoder writes it.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="cleanUp">Whether the space before punctuation and English contractions is dropped.</param>
    /// <exception cref="BertMLNetException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens, bool cleanUp = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        bool first = true;
        foreach (int id in ids)
        {
            if (!Vocabulary.TryGetToken(id, out string? token))
                throw new BertMLNetException($"the id {id} is not in the vocabulary, whose ids run from 0 to {Vocabulary.Count - 1}");
            if (skipSpecialTokens && _specialIds.Contains(id))
                continue;
            text.Append(DecodeToken(token, first, cleanUp));
            first = false;
        }
        return text.ToString();
    }

    /// <summary>Writes the text that ids stand for, token by token; special tokens are kept.</summary>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;
        foreach (int id in ids)
        {
            if (!Vocabulary.TryGetToken(id, out string? token))
                return OperationStatus.InvalidData;
            string text = DecodeToken(token, first: idsConsumed == 0, cleanUp: true);
            if (!text.TryCopyTo(destination[charsWritten..]))
                return OperationStatus.DestinationTooSmall;
            charsWritten += text.Length;
            idsConsumed++;
        }
        return OperationStatus.Done;
    }

    private string DecodeToken(string token, bool first, bool cleanUp)
    {
        if (!first)
        {
            token = token.StartsWith(ContinuingSubwordPrefix, StringComparison.Ordinal)
                ? token[ContinuingSubwordPrefix.Length..]
                : " " + token;
        }
        if (cleanUp)
        {
            foreach (var (untidy, tidy) in CleanUps)
                token = token.Replace(untidy, tidy, StringComparison.Ordinal);
        }
        return token;
    }
}
