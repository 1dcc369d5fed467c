using System.Globalization;
using System.Runtime.InteropServices;

namespace BertMLNet.Training;

/// <summary>
/// One epoch's examples of a text: [CLS] text [SEP], or [CLS] text [SEP] text [SEP], with masks drawn as they are packed.
/// </summary>
internal sealed class PretrainingFeatures : IValidationSet
{
    /// <summary>The class of an example that is one text: nothing is asked of it.</summary>
    private const int NoClass = -1;

    private readonly PretrainingSource _source;
    private readonly TokenMasker _masker;
    private readonly int _epoch;
    private readonly TokenSequences _sequences = new();
    private readonly int[] _classes;

    public PretrainingFeatures(PretrainingSource source, int epoch)
    {
        _source = source;
        _epoch = epoch;
        _masker = new TokenMasker(source.Vocabulary, source.Masking);
        _classes = new int[source.Examples];
        var pairs = new PretrainingPairs(source);
        List<int> ids = [];
        for (int example = 0; example < source.Examples; example++)
        {
            SeededRandom random = source.RandomFor(epoch, example);
            (int first, int end) = source.SentencesOf(epoch, example);
            int second = 0;
            _classes[example] = source.IsPair(ref random) ? pairs.Create(first, end, ref random, ids, out second) : NoClass;
            if (_classes[example] == NoClass)
                second = WriteText(first, end, ids);
            _sequences.Add(CollectionsMarshal.AsSpan(ids), second);
        }
    }

    public int Count => _sequences.Count;

    public string Fingerprint => _source.Fingerprint;

    public int LengthOf(int index) => _sequences.LengthOf(index);

    public IFeatureSet ForEpoch(int epoch) => epoch == _epoch ? this : new PretrainingFeatures(_source, epoch);

    public string Locate(int index)
    {
        (int first, int end) = _source.SentencesOf(_epoch, index);
        return string.Create(CultureInfo.InvariantCulture, $"sentences {first + 1} to {end} of the text");
    }

    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        PackedBatch batch = _sequences.Pack(indices, targets: null);
        List<int> positions = [];
        List<int> originals = [];
        List<int> found = [];
        var classes = new int[indices.Length];
        var weights = new float[indices.Length];
        int token = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            found.Clear();
            int masked = _masker.Mask(
                batch.InputIds.AsSpan(token, batch.Lengths[i]), _source.MasksFor(_epoch, indices[i]), found, originals);
            foreach (int position in found)
                positions.Add(token + position);
            bool isAsked = _classes[indices[i]] != NoClass;
            classes[i] = isAsked ? _classes[indices[i]] : 0;
            // The judgement of two texts counts for as much as their masked tokens.
            weights[i] = isAsked ? masked : 0;
            token += batch.Lengths[i];
        }
        var tokens = new MaskedTokenTargets([.. positions], [.. originals]);
        return new PackedBatch
        {
            Lengths = batch.Lengths,
            InputIds = batch.InputIds,
            TokenTypeIds = batch.TokenTypeIds,
            Targets = _source.SentenceTask == SentenceTask.None
                ? tokens
                : new PreTrainingTargets(tokens, new ClassTargets(classes, weights)),
        };
    }

    public IEvaluation BeginEvaluation() => new PretrainingEvaluation();

    private int WriteText(int first, int end, List<int> ids)
    {
        ReadOnlySpan<int> text = _source.Corpus.Sentences(first, end);
        ids.Clear();
        ids.Add(_source.Vocabulary.Classification);
        ids.AddRange(text[..Math.Min(text.Length, _source.MaxLength - 2)]);
        ids.Add(_source.Vocabulary.Separator);
        return ids.Count;
    }
}

/// <summary>Chooses an example's tokens to predict and replaces most of them.</summary>
internal sealed class TokenMasker(PretrainingVocabulary vocabulary, MaskingOptions options)
{
    /// <summary>The number of tokens that are masked of so many that can be.</summary>
    public int CountOf(int candidates) => Math.Clamp((int)Math.Round(candidates * options.Rate), 1, candidates);

    /// <summary>
    /// Masks tokens of one example in place, never [CLS] and [SEP], and notes their places, ascending, and what stood there.
    /// </summary>
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
