namespace BertMLNet.Tokenization;

public sealed partial class BertNormalizer
{
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
