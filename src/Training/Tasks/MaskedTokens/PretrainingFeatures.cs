using System.Globalization;
using System.Runtime.InteropServices;

namespace BertMLNet.Training;

/// <summary>One epoch's examples of a text: [CLS] text [SEP], or [CLS] text [SEP] text [SEP], with masks drawn as they are packed.</summary>
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
            int masked = _masker.Mask(batch.InputIds.AsSpan(token, batch.Lengths[i]), _source.MasksFor(_epoch, indices[i]), found, originals);
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
            Targets = _source.SentenceTask == SentenceTask.None ? tokens : new PreTrainingTargets(tokens, new ClassTargets(classes, weights)),
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
