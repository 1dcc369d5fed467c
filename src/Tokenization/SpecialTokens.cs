namespace BertMLNet.Tokenization;

/// <summary>How a vocabulary spells the tokens with a meaning of their own.</summary>
public sealed record SpecialTokens
{
    /// <summary>The spelling of BERT's own vocabularies.</summary>
    public static SpecialTokens Default { get; } = new();

    /// <summary>Stands for a word that the vocabulary cannot spell.</summary>
    public string Unknown { get; init; } = "[UNK]";

    /// <summary>Opens every encoding.</summary>
    public string Classification { get; init; } = "[CLS]";

    /// <summary>Closes every text.</summary>
    public string Separator { get; init; } = "[SEP]";

    /// <summary>Fills short rows of a batch.</summary>
    public string Padding { get; init; } = "[PAD]";

    /// <summary>Hides a token in masked-language-model training. A vocabulary may do without it.</summary>
    public string Mask { get; init; } = "[MASK]";

    /// <summary>The tokens in the order in which Hugging Face's vocabularies have them, each once.</summary>
    internal IEnumerable<string> All => new[] { Padding, Unknown, Classification, Separator, Mask }.Distinct(StringComparer.Ordinal);
}
