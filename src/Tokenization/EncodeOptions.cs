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

/// <summary>Which text loses tokens when the tokens of a text or a pair exceed the longest length allowed.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer of the two, until both are equally long, then both; as Hugging Face's tokenizers divide the room.</summary>
    LongestFirst,

    /// <summary>The first text only.</summary>
    OnlyFirst,

    /// <summary>The second text only.</summary>
    OnlySecond,

    /// <summary>Neither: the encoding may be longer than the longest length.</summary>
    None,
}

/// <summary>How many tokens of each text are kept, by the arithmetic of Hugging Face's tokenizers.</summary>
internal static class Truncation
{
    /// <summary>How many tokens [CLS] and [SEP] take.</summary>
    public static int AddedTokens(EncodeOptions options, bool hasPair) => !options.AddSpecialTokens ? 0 : hasPair ? 3 : 2;

    /// <summary>How many tokens of the texts have room; <see cref="int.MaxValue"/> for no limit.</summary>
    /// <exception cref="BertMLNetException">The longest length has no room for the special tokens.</exception>
    public static int Room(EncodeOptions options, bool hasPair)
    {
        if (options.MaxLength is not { } maxLength || options.Truncation == TruncationStrategy.None)
            return int.MaxValue;
        int added = AddedTokens(options, hasPair);
        if (maxLength < added)
        {
            throw new BertMLNetException(
                $"a longest length of {maxLength} has no room for the {added} special tokens; it must be at least {added}");
        }
        return maxLength - added;
    }

    /// <summary>
    /// How many tokens of a text must be known to shorten it: one too many tells that it is too long, but windows
    /// need all, and so does the odd token of longest-first, which goes to the longer text.
    /// </summary>
    public static int TokensToRead(EncodeOptions options, bool hasPair, int room)
    {
        bool all = room == int.MaxValue || options.Stride is not null || (hasPair && options.Truncation == TruncationStrategy.LongestFirst);
        return all ? int.MaxValue : room + 1;
    }

    /// <summary>Shortens the two lengths (0 for a second text that is absent) to fit into <paramref name="room"/>.</summary>
    /// <exception cref="BertMLNetException">The text to be shortened is too short, or absent.</exception>
    public static (int First, int Second) Shorten(int first, int second, bool hasPair, int room, TruncationStrategy strategy)
    {
        if ((long)first + second <= room)
            return (first, second);
        if (room == 0)
            return (0, 0);
        return strategy switch
        {
            TruncationStrategy.OnlyFirst => (ShortenOne("first", room - second), second),
            TruncationStrategy.OnlySecond when hasPair => (first, ShortenOne("second", room - first)),
            TruncationStrategy.OnlySecond =>
                throw new BertMLNetException("only the second text may be shortened, but there is none; shorten the first"),
            _ => ShortenLongest(first, second, room),
        };
    }

    private static int ShortenOne(string which, int length)
    {
        if (length > 0)
            return length;
        throw new BertMLNetException(
            $"the {which} text is too short to be shortened as far as needed: the other one leaves no room; allow more tokens or shorten both");
    }

    private static (int First, int Second) ShortenLongest(int first, int second, int room)
    {
        int shorter = Math.Min(first, second);
        int longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if ((long)shorter + longer > room)
        {
            shorter = room / 2;
            longer = room - shorter;
        }
        return first > second ? (longer, shorter) : (shorter, longer);
    }
}
