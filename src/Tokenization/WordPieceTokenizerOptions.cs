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
