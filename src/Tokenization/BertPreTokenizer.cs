using System.Text;
using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization;

/// <summary>Splits normalized text at whitespace and around punctuation, as Hugging Face's <c>BertPreTokenizer</c> does.</summary>
public sealed class BertPreTokenizer : PreTokenizer
{
    /// <summary>Where the words of a text stand.</summary>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PreTokenize(text.AsSpan());
    }

    /// <summary>Where the words of a text stand.</summary>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var words = new List<(int Offset, int Length)>();
        for (int position = 0; TryNextWord(text, ref position, out int start);)
            words.Add((start, position - start));
        return words;
    }

    /// <summary>
    /// The next word at or behind <paramref name="position"/>: it begins at <paramref name="start"/> and ends at the
    /// new <paramref name="position"/>. False at the end of the text.
    /// </summary>
    internal static bool TryNextWord(ReadOnlySpan<char> text, ref int position, out int start)
    {
        start = position;
        while (position < text.Length)
        {
            Rune.DecodeFromUtf16(text[position..], out var rune, out int length);
            var traits = Characters.TraitsOf(rune.Value);
            if (!traits.HasAny(CharacterTraits.Space | CharacterTraits.Punctuation))
            {
                position += length;
                continue;
            }
            if (position > start)
                return true;
            position += length;
            if (traits.HasAny(CharacterTraits.Punctuation))
                return true;
            start = position;
        }
        return position > start;
    }
}
