using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace BertMLNet.Tokenization;

/// <summary>
/// Finds added tokens in a text by the rules of Hugging Face's tokenizers: the leftmost, of several the longest, and
/// what <see cref="AddedToken.SingleWord"/>, <see cref="AddedToken.LeftStrip"/> and <see cref="AddedToken.RightStrip"/> ask for.
/// </summary>
internal sealed class AddedTokenMatcher
{
    /// <summary>The tokens by their first character, the longest first.</summary>
    private readonly Dictionary<char, AddedToken[]> _tokens;

    private readonly SearchValues<char> _firstCharacters;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _tokens = tokens.Where(token => token.Content.Length > 0)
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        _firstCharacters = SearchValues.Create([.. _tokens.Keys]);
    }

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>The first match at or behind <paramref name="from"/>, where the previous match ended.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out AddedTokenMatch match)
    {
        for (int position = from; position < text.Length;)
        {
            int next = text[position..].IndexOfAny(_firstCharacters);
            if (next < 0)
                break;
            position += next;
            var token = LongestAt(text[position..]);
            if (token is null)
            {
                position++;
                continue;
            }
            int end = position + token.Content.Length;
            if (!token.SingleWord || !(EndsWithWord(text[..position]) || BeginsWithWord(text[end..])))
            {
                int start = token.LeftStrip ? from + TrimmedEnd(text[from..position]) : position;
                if (token.RightStrip)
                    end += LeadingWhitespace(text[end..]);
                match = new AddedTokenMatch(token.Id, start, end);
                return true;
            }
            position = end;
        }
        match = default;
        return false;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _tokens[text[0]])
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
                return token;
        }
        return null;
    }

    private static int TrimmedEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return end;
    }

    private static int LeadingWhitespace(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && IsSpace(text[length]))
            length++;
        return length;
    }

    private static bool IsSpace(char character) => Characters.TraitsOf(character).HasAny(CharacterTraits.Space);

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    /// <summary>The class \w of Unicode's regular expressions: letters, marks, decimal digits, connectors, joiners.</summary>
    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.ConnectorPunctuation || rune.Value is 0x200C or 0x200D;
}

/// <summary>An added token found in a text: its id and where it stands, stripped whitespace included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AddedTokenMatch(int Id, int Start, int End);
