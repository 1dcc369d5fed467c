using System.Runtime.InteropServices;

namespace BertMLNet.Training;

/// <summary>Chooses an example's tokens to predict and replaces most of them.</summary>
internal sealed class TokenMasker(PretrainingVocabulary vocabulary, MaskingOptions options)
{
    /// <summary>The number of tokens that are masked of so many that can be.</summary>
    public int CountOf(int candidates) => Math.Clamp((int)Math.Round(candidates * options.Rate), 1, candidates);

    /// <summary>Masks tokens of one example in place.</summary>
    /// <param name="ids">The example's ids; [CLS] and [SEP] are never masked.</param>
    /// <param name="random">Decides which.</param>
    /// <param name="positions">Is given the masked tokens' places, ascending.</param>
    /// <param name="originals">Is given what stood there.</param>
    /// <returns>How many tokens are masked.</returns>
    public int Mask(Span<int> ids, SeededRandom random, List<int> positions, List<int> originals)
    {
        List<int> starts = [];
        int candidates = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (ids[i] == vocabulary.Classification || ids[i] == vocabulary.Separator)
                continue;
            candidates++;
            if (!options.WholeWords || !vocabulary.Continues(ids[i]))
                starts.Add(i);
        }
        if (starts.Count == 0)
            return 0;
        random.Shuffle(CollectionsMarshal.AsSpan(starts));
        int wanted = CountOf(candidates);
        int first = positions.Count;
        foreach (int start in starts)
        {
            if (positions.Count - first >= wanted)
                break;
            positions.Add(start);
            for (int next = start + 1; options.WholeWords && next < ids.Length && vocabulary.Continues(ids[next]); next++)
                positions.Add(next);
        }
        Span<int> chosen = CollectionsMarshal.AsSpan(positions)[first..];
        chosen.Sort();
        foreach (int position in chosen)
        {
            originals.Add(ids[position]);
            ids[position] = Replace(ids[position], ref random);
        }
        return chosen.Length;
    }

    private int Replace(int id, ref SeededRandom random)
    {
        double draw = random.NextDouble();
        if (draw < options.MaskPart)
            return vocabulary.Mask;
        return draw < (1 + options.MaskPart) / 2 ? vocabulary.Draw(ref random) : id;
    }
}
