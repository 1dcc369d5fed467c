using System.Globalization;
using System.Text;

namespace BertMLNet;

/// <summary>
/// Text out of files (tensors' names, labels, settings) as people are shown it: in a terminal, where control characters would be
/// obeyed, and in Markdown, where punctuation would.
/// </summary>
internal static class Shown
{
    private const int Longest = 1000;

    /// <summary>The text with control characters, and those that turn lines or the direction of reading, as <c>\u001B</c>.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(IsUnseen))
            return text;
        var shown = new StringBuilder();
        foreach (char character in text)
        {
            if (IsUnseen(character))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                shown.Append(character);
        }
        return shown.ToString();
    }

    /// <summary>The same of a message, cut where it is longer than anyone reads.</summary>
    public static string Message(string text) => Plain(text.Length > Longest ? $"{text.AsSpan(0, Longest)}…" : text);

    /// <summary>Text as Markdown code, between as many backticks as it needs.</summary>
    public static string Code(string text)
    {
        string plain = Plain(text);
        string fence = Fence(plain, least: 1);
        // A blank at either end is taken off again, and tells the text's own backticks from the fence.
        string space = plain.Length == 0 || plain[0] is '`' or ' ' || plain[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{space}{plain}{space}{fence}";
    }

    /// <summary>Backticks that end no sooner than the text does.</summary>
    public static string Fence(string text, int least)
    {
        int run = 0, longest = 0;
        foreach (char character in text)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return new string('`', Math.Max(least, longest + 1));
    }

    /// <summary>Text as Markdown shows it, be it in a table's cell: what would begin a tag, a cell, a link or code does not.</summary>
    public static string Markdown(string text)
    {
        string plain = Plain(text);
        if (plain.IndexOfAny(['<', '|', '`', '[', '\\']) < 0)
            return plain;
        var shown = new StringBuilder();
        foreach (char character in plain)
        {
            if (character is '<' or '|' or '`' or '[' or '\\')
                shown.Append('\\');
            shown.Append(character);
        }
        return shown.ToString();
    }

    private static bool IsUnseen(char character) => char.IsControl(character)
        || character is '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E')
            or (>= '\u2066' and <= '\u2069');
}
