using System.Buffers;
using System.Globalization;
using System.Text;

namespace BertMLNet.Training;

/// <summary>
/// Brings an answer into the form in which SQuAD compares answers: lower case, without ASCII punctuation, without the
/// English articles, and with single spaces. The rules are those of SQuAD's published evaluation script, down to what
/// its language, Python, takes for a lower case letter, a word character and white space.
/// </summary>
internal static class AnswerNormalizer
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

    /// <summary>
    /// Full lower-casing as Python's <c>str.lower</c>: each character's own mapping, and the two rules of Unicode's
    /// SpecialCasing that hold in every language.
    /// </summary>
    private static string ToLower(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, index, out Rune rune))
            {
                result.Append(text[index++]);
                continue;
            }
            int next = index + rune.Utf16SequenceLength;
            if (rune.Value == 'İ')
                result.Append("i\u0307");
            else if (rune.Value == 'Σ')
                result.Append(IsFinalSigma(text, index) ? 'ς' : 'σ');
            else
                result.Append(Rune.ToLowerInvariant(rune).ToString());
            index = next;
        }
        return result.ToString();
    }

    // Unicode's Final_Sigma: a cased letter stands before and none after, whatever case-ignorable characters lie between.
    private static bool IsFinalSigma(string text, int index)
    {
        int before = index;
        Rune rune = default;
        bool follows = false;
        while (before > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, before), out rune, out int length) == OperationStatus.Done)
        {
            before -= length;
            if (IsCaseIgnorable(rune))
                continue;
            follows = IsCased(rune);
            break;
        }
        if (!follows)
            return false;
        int after = index + 1;
        while (after < text.Length && Rune.TryGetRuneAt(text, after, out rune))
        {
            if (!IsCaseIgnorable(rune))
                return !IsCased(rune);
            after += rune.Utf16SequenceLength;
        }
        return true;
    }

    // Letters with a case, and what Unicode counts as them: ordinal indicators, Roman numerals, letters in circles and squares.
    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    // Marks, format characters, modifiers, and punctuation that occurs inside words (Word_Break MidLetter, MidNumLet, Single_Quote).
    private static bool IsCaseIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or
            UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;
}
