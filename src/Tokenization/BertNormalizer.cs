using System.Text;
using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization;

/// <summary>
/// BERT's normalization, character for character as Hugging Face's <c>BertNormalizer</c> does it: cleaning, spaces
/// around ideographs, accents, lower case. It uses its own Unicode tables and is the same on every platform and under
/// invariant globalization. Unpaired surrogates count as U+FFFD.
/// </summary>
public sealed class BertNormalizer : Normalizer
{
    /// <summary>How many normalized characters callers keep on the stack before they rent memory.</summary>
    internal const int StackRoom = 256;

    /// <summary>Whether control and format characters and U+FFFD are dropped and every kind of whitespace becomes a space.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>Whether every CJK ideograph becomes a word of its own.</summary>
    public bool HandleChineseChars { get; init; } = true;

    /// <summary>
    /// Whether accents are stripped (canonical decomposition without nonspacing marks); <see langword="null"/> follows
    /// <see cref="Lowercase"/>.
    /// </summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether letters become lower case, each by itself: a final capital sigma becomes the ordinary small one.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>The normalized text.</summary>
    public override string Normalize(string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return Normalize(original.AsSpan());
    }

    /// <summary>The normalized text.</summary>
    public override string Normalize(ReadOnlySpan<char> original)
    {
        var normalized = new NormalizedText(stackalloc char[StackRoom], stackalloc int[StackRoom]);
        try
        {
            Normalize(original, 0, ref normalized);
            return new string(normalized.Chars);
        }
        finally
        {
            normalized.Dispose();
        }
    }

    /// <summary>Appends the normalized <paramref name="text"/>, which begins at <paramref name="origin"/> of the original text.</summary>
    internal void Normalize(ReadOnlySpan<char> text, int origin, ref NormalizedText normalized)
    {
        bool stripAccents = StripAccents ?? Lowercase;
        var marks = default(CombiningMarks);
        try
        {
            for (int i = 0; i < text.Length;)
            {
                int start = origin + i;
                Rune.DecodeFromUtf16(text[i..], out var rune, out int length);
                i += length;
                int codePoint = rune.Value;
                var traits = Characters.TraitsOf(codePoint);
                if (CleanText)
                {
                    if (traits.HasAny(CharacterTraits.Control))
                        continue;
                    if (traits.HasAny(CharacterTraits.Space))
                        (codePoint, traits) = (' ', CharacterTraits.Space);
                }
                bool ideograph = HandleChineseChars && traits.HasAny(CharacterTraits.Ideograph);
                if (ideograph)
                    AppendSpace(start, ref marks, ref normalized);
                if (stripAccents)
                    AppendDecomposed(codePoint, traits, start, ref marks, ref normalized);
                else
                    AppendCased(codePoint, traits, start, ref normalized);
                if (ideograph)
                    AppendSpace(start, ref marks, ref normalized);
            }
            AppendMarks(ref marks, ref normalized);
        }
        finally
        {
            marks.Dispose();
        }
    }

    private void AppendSpace(int start, ref CombiningMarks marks, ref NormalizedText normalized)
    {
        AppendMarks(ref marks, ref normalized);
        marks.PreviousStart = start;
        normalized.Append(' ', start);
    }

    private void AppendCased(int codePoint, CharacterTraits traits, int start, ref NormalizedText normalized)
    {
        if (!Lowercase || !traits.HasAny(CharacterTraits.Upper))
        {
            normalized.Append(codePoint, start);
        }
        else if (codePoint == Characters.CapitalIWithDot)
        {
            normalized.Append('i', start);
            normalized.Append(0x307, start);
        }
        else
        {
            normalized.Append(Characters.ToLower(codePoint), start);
        }
    }

    /// <summary>Appends a character's canonical decomposition; combining characters wait in <paramref name="marks"/>.</summary>
    private void AppendDecomposed(
        int codePoint, CharacterTraits traits, int start, ref CombiningMarks marks, ref NormalizedText normalized)
    {
        if (!traits.HasAny(CharacterTraits.Decomposes))
        {
            AppendOrdered(codePoint, traits, start, continues: false, ref marks, ref normalized);
        }
        else if (Characters.IsHangulSyllable(codePoint))
        {
            AppendMarks(ref marks, ref normalized);
            marks.PreviousStart = start;
            var (leading, vowel, trailing) = Characters.JamoOf(codePoint);
            normalized.Append(leading, start);
            normalized.Append(vowel, start);
            if (trailing != 0)
                normalized.Append(trailing, start);
        }
        else
        {
            bool continues = false;
            foreach (var rune in Characters.DecompositionOf(codePoint).EnumerateRunes())
            {
                AppendOrdered(rune.Value, Characters.TraitsOf(rune.Value), start, continues, ref marks, ref normalized);
                continues = true;
            }
        }
    }

    private void AppendOrdered(
        int codePoint, CharacterTraits traits, int start, bool continues, ref CombiningMarks marks, ref NormalizedText normalized)
    {
        if (traits.HasAny(CharacterTraits.Combining))
        {
            marks.Add(codePoint, start, continues);
            return;
        }
        AppendMarks(ref marks, ref normalized);
        marks.PreviousStart = start;
        if (!traits.HasAny(CharacterTraits.Mark))
            AppendCased(codePoint, traits, start, ref normalized);
    }

    /// <summary>
    /// Appends the waiting marks that are kept (few are: those that are not nonspacing), in canonical order. As in
    /// Hugging Face's tokenizers, reordered marks take the places of the text one after another: the first in order
    /// has the place of the mark that was written first.
    /// </summary>
    private void AppendMarks(ref CombiningMarks marks, ref NormalizedText normalized)
    {
        if (marks.Count == 0)
            return;
        int start = marks.PreviousStart;
        int place = 0;
        foreach (var mark in marks.Ordered())
        {
            if (!mark.Continues)
                start = marks.Places[place++];
            var traits = Characters.TraitsOf(mark.CodePoint);
            if (!traits.HasAny(CharacterTraits.Mark))
                AppendCased(mark.CodePoint, traits, start, ref normalized);
        }
        marks.Clear();
    }
}
