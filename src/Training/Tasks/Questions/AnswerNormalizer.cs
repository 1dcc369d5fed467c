using System.Globalization;
using System.Text;

namespace BertMLNet.Training;

/// <summary>
/// Brings an answer into the form in which SQuAD compares answers: lower case, without ASCII punctuation, without the
/// English articles, and with single spaces. The rules are those of SQuAD's published evaluation script, down to what
/// its language, Python, takes for a lower case letter, a word character and white space.
/// </summary>
public static partial class AnswerNormalizer
{
    /// <summary>Normalises an answer.</summary>
    public static string Normalize(string answer)
    {
        string text = WithoutAsciiPunctuation(ToLower(answer));
        var result = new StringBuilder(text.Length);
        int index = 0;
        while (index < text.Length)
        {
            Rune rune = RuneAt(text, index);
            int start = index;
            if (IsWordCharacter(rune))
            {
                do
                    index += rune.Utf16SequenceLength;
                while (index < text.Length && IsWordCharacter(rune = RuneAt(text, index)));
                ReadOnlySpan<char> word = text.AsSpan(start, index - start);
                if (word is "a" or "an" or "the")
                    AppendSpace(result);
                else
                    result.Append(word);
                continue;
            }
            index += rune.Utf16SequenceLength;
            if (IsWhiteSpace(rune))
                AppendSpace(result);
            else
                result.Append(text, start, index - start);
        }
        if (result.Length > 0 && result[^1] == ' ')
            result.Length--;
        return result.ToString();
    }

    private static void AppendSpace(StringBuilder result)
    {
        if (result.Length > 0 && result[^1] != ' ')
            result.Append(' ');
    }

    private static string WithoutAsciiPunctuation(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!(char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c))))
                result.Append(c);
        }
        return result.ToString();
    }

    // A lone surrogate reads as U+FFFD, one unit long: neither a word character nor white space, as in Python.
    private static Rune RuneAt(string text, int index) => Rune.TryGetRuneAt(text, index, out Rune rune) ? rune : Rune.ReplacementChar;

    // Python's \w: letters and numbers of any kind. Combining marks are not among them, unlike in .NET's \w; the
    // underscore is, but has gone with the punctuation.
    private static bool IsWordCharacter(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    // Python's str.split() also splits at the four ASCII separators U+001C to U+001F.
    private static bool IsWhiteSpace(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is >= 0x1C and <= 0x1F;
}
