namespace BertMLNet.Tokenization;

/// <summary>How a text or a pair becomes an <see cref="Encoding"/>.</summary>
public sealed record EncodeOptions
{
    /// <summary>No limit of length, with special tokens.</summary>
    public static EncodeOptions Default { get; } = new();

    /// <summary>The longest encoding, in tokens, special tokens included; <see langword="null"/> for no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Which text is shortened when <see cref="MaxLength"/> is exceeded.</summary>
    public TruncationStrategy Truncation { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>
    /// How many tokens of a shortened text two neighbouring windows share, to get what is cut off as further windows in
    /// <see cref="Encoding.Overflow"/>; <see langword="null"/> to drop it.
    /// </summary>
    public int? Stride { get; init; }

    /// <summary>Whether the result has [CLS] in front and [SEP] behind each text.</summary>
    public bool AddSpecialTokens { get; init; } = true;
}
