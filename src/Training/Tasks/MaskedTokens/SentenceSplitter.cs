namespace BertMLNet.Training;

/// <summary>
/// Finds where sentences end, by rule: at a full stop, question or exclamation mark, closing quotes and brackets included,
/// with white space and the likely start of a sentence behind it. Abbreviations and initials end none.
/// </summary>
internal static class SentenceSplitter
{
    private const string Marks = ".!?。！？";
    private const string Closing = "\"'”’)]»";
    private const string Opening = "\"'“‘([«";
    private const int LongestAbbreviation = 5;

    private static readonly HashSet<string> _abbreviations =
    [
        "mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "jr", "sr", "vs", "etc",
        "inc", "ltd", "co", "corp", "no", "vol", "fig", "pp", "ed", "eds", "ca", "cf", "al", "messrs", "mme", "mlle",
    ];

    /// <summary>Finds the end of the first sentence.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isLast">Whether nothing follows the text, so that its end is a sentence's.</param>
    /// <returns>The characters of the first sentence, white space behind it included; 0 where no end is in sight.</returns>
    public static int FirstLength(ReadOnlySpan<char> text, bool isLast)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Marks.Contains(text[i]))
                continue;
            int end = i + 1;
            while (end < text.Length && (Marks.Contains(text[end]) || Closing.Contains(text[end])))
                end++;
            int next = end;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            if (next == text.Length)
                break;
            if ((next > end || text[i] > 127) && BeginsSentence(text[next..]) && !(text[i] == '.' && IsAbbreviation(text[..i])))
                return next;
            i = end - 1;
        }
        return isLast ? text.Length : 0;
    }

    private static bool BeginsSentence(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(Opening);
        return text.Length > 0 && !char.IsLower(text[0]) && !Marks.Contains(text[0]);
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        int start = before.Length;
        while (start > 0 && (char.IsLetter(before[start - 1]) || before[start - 1] == '.'))
            start--;
        ReadOnlySpan<char> word = before[start..];
        // An initial (J.), initials (U.S.) or a short form from the list.
        if (word.Length == 1 || word.Contains('.'))
            return true;
        if (word.Length > LongestAbbreviation + 1)
            return false;
        Span<char> lower = stackalloc char[word.Length];
        word.ToLowerInvariant(lower);
        return _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(lower);
    }
}
