using System.Globalization;
using System.Security.Cryptography;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// The windows of texts with known entities, to learn from and to judge a model on. The first token of each word has a label, in the one
/// window that decides the word; the loss passes over all others.
/// </summary>
internal sealed class EntityFeatures : IValidationSet
{
    private readonly EntityEncoder _encoder;
    private readonly EntityDecoder _decoder;
    private readonly TokenSequences _sequences = new();
    private readonly List<(int Text, int Window)> _windows = [];
    private readonly List<LabelledText> _texts = [];
    private readonly List<EntityExample> _empty = [];

    private EntityFeatures(EntityEncoder encoder, IReadOnlyList<string> labels)
    {
        _encoder = encoder;
        _decoder = new EntityDecoder(labels, EntityAggregation.First);
    }

    public int Count => _sequences.Count;

    /// <summary>A hash of the windows with their labels, and of the entities that a model is judged by.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(DataHash.Of(this)));
            foreach (EntityExample example in _texts.Select(text => text.Example).Concat(_empty))
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', example.Entities) + '\0'));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Tokenizes texts.</summary>
    /// <param name="examples">The texts with their entities, checked.</param>
    /// <param name="encoder">Makes the windows.</param>
    /// <param name="labels">The model's labels.</param>
    /// <param name="scheme">How the labels say where entities begin and end.</param>
    /// <param name="report">Takes what is noticed on the way.</param>
    /// <param name="cancellationToken">Ends the work between two texts.</param>
    public static EntityFeatures Build(
        IEnumerable<EntityExample> examples, EntityEncoder encoder, IReadOnlyList<string> labels, TagScheme scheme, EntityDataReport report,
        CancellationToken cancellationToken = default)
    {
        var features = new EntityFeatures(encoder, labels);
        Dictionary<string, int> indices = labels.Index().ToDictionary(label => label.Item, label => label.Index);
        foreach (EntityExample example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.Texts++;
            report.Entities += example.Entities.Count;
            features.Add(example, indices, scheme, report);
        }
        return features;
    }

    /// <summary>Tokenizes texts as a model takes them, whatever they name.</summary>
    public static EntityFeatures Build(
        IEnumerable<EntityExample> examples, ModelFolder folder, BertConfig config, WordPieceTokenizer tokenizer,
        CancellationToken cancellationToken) => Build(
            examples.Select(example => example with { Entities = [] }),
            EntityEncoder.For(folder, config, tokenizer, maxLength: null, stride: null),
            [EntityTag.OutsideLabel], TagScheme.Iob2, new EntityDataReport(), cancellationToken);

    public int LengthOf(int index) => _sequences.LengthOf(index);

    public string Locate(int index) => _texts[_windows[index].Text].Example.Location;

    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        int tokens = 0;
        foreach (int index in indices)
            tokens += LengthOf(index);
        int[] classes = new int[tokens];
        Array.Fill(classes, TokenTargets.None);
        int position = 0;
        foreach (int index in indices)
        {
            (LabelledText text, int window) = At(index);
            (int first, int end) = text.Encoded.WordsOf(window);
            for (int word = first; word < end; word++)
                classes[position + text.Encoded.PlacesOf(word, window).First] = text.Classes[word];
            position += LengthOf(index);
        }
        return _sequences.Pack(indices, new TokenTargets(classes));
    }

    public IEvaluation BeginEvaluation() => new Evaluation(this);

    private (LabelledText Text, int Window) At(int index) => (_texts[_windows[index].Text], _windows[index].Window);

    private void Add(EntityExample example, Dictionary<string, int> indices, TagScheme scheme, EntityDataReport report)
    {
        EncodedText encoded = _encoder.Encode(example.Text);
        if (encoded.Windows.Length == 0)
        {
            report.Empty++;
            report.Note(example, "the text has no tokens");
            _empty.Add(example);
            return;
        }
        int[] classes = new int[encoded.Words.Count];
        Array.Fill(classes, indices[EntityTag.OutsideLabel]);
        (int end, string endsType) = (0, "");
        foreach (EntitySpan entity in example.Entities)
        {
            (int first, int last) = Align(example, encoded, entity, end, report);
            for (int word = first; word < last; word++)
            {
                bool followsSame = first == end && endsType == entity.Type;
                string tag = scheme.Tag(entity.Type, word == first, word + 1 == last, followsSame);
                // A type that the model was not taught is a judgement's alone.
                classes[word] = indices.GetValueOrDefault(tag, TokenTargets.None);
            }
            if (last > first)
                (end, endsType) = (last, entity.Type);
        }
        for (int window = 0; window < encoded.Windows.Length; window++)
        {
            int[] ids = new int[encoded.LengthOf(window)];
            _encoder.WriteIds(encoded, window, ids);
            _sequences.Add(ids, ids.Length);
            _windows.Add((_texts.Count, window));
        }
        // Where the file tells words, they are what is judged.
        _texts.Add(new(example, encoded, classes, example.Words is null ? encoded : _encoder.Encode(example.Text, example.Words)));
    }

    /// <summary>The words that an entity stands on; none where another has them.</summary>
    private static (int First, int End) Align(
        EntityExample example, EncodedText encoded, EntitySpan entity, int firstFree, EntityDataReport report)
    {
        int first = firstFree;
        while (first < encoded.Words.Count && encoded.Words[first].End <= entity.Start)
            first++;
        int end = first;
        while (end < encoded.Words.Count && encoded.Words[end].Start < entity.End)
            end++;
        if (first == end || (first == firstFree && first > 0 && encoded.Words[first - 1].End > entity.Start))
        {
            report.Unaligned++;
            report.Note(example, $"the entity {entity} stands on no word of its own; it is never learned");
            return (0, 0);
        }
        (int start, int stop) = (encoded.Words[first].Start, encoded.Words[end - 1].End);
        if (start < entity.Start || stop > entity.End)
        {
            report.Widened++;
            report.Note(
                example,
                string.Create(
                    CultureInfo.InvariantCulture, $"the entity {entity} begins or ends inside a word; [{start}, {stop}) is learned"));
        }
        return (first, end);
    }

    /// <summary>A text with the labels of its words.</summary>
    /// <param name="Example">The text.</param>
    /// <param name="Encoded">Its tokens and the tokenizer's words.</param>
    /// <param name="Classes">The label of each of those words.</param>
    /// <param name="Judged">The same with the words that the file tells.</param>
    private sealed record LabelledText(EntityExample Example, EncodedText Encoded, int[] Classes, EncodedText Judged);

    /// <summary>Reads the entities of a text as soon as all its windows are there.</summary>
    private sealed class Evaluation(EntityFeatures features) : IEvaluation
    {
        private readonly WordLabel[]?[] _decided = new WordLabel[features._texts.Count][];
        private readonly int[] _missing = [.. features._texts.Select(text => text.Judged.Windows.Length)];
        private readonly EntityEvaluator _evaluator = new();
        private readonly EntityReview _review = new();
        private double _loss;
        private int _losses;

        public void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs)
        {
            ReadOnlySpan<float> logits = outputs[TensorNames.Logits];
            for (int i = 0; i < indices.Length; i++)
            {
                int values = batch.Lengths[i] * features._decoder.LabelCount;
                Add(indices[i], logits[..values]);
                logits = logits[values..];
            }
        }

        public TaskMetrics Complete()
        {
            foreach (EntityExample example in features._empty)
                Judge(example, []);
            EntityMetrics metrics = _evaluator.Compute();
            return new EntityTaskMetrics(_losses == 0 ? 0 : _loss / _losses, metrics, _review.ToTables(metrics));
        }

        private void Add(int index, ReadOnlySpan<float> logits)
        {
            (LabelledText text, int window) = features.At(index);
            AddLoss(text, window, logits);
            int number = features._windows[index].Text;
            WordLabel[] decided = _decided[number] ??= new WordLabel[text.Judged.Words.Count];
            features._decoder.Decide(text.Judged, window, logits, decided);
            if (--_missing[number] > 0)
                return;
            _decided[number] = null;
            Judge(text.Example, features._decoder.Read(text.Example.Text, text.Judged.Words, decided));
        }

        private void AddLoss(LabelledText text, int window, ReadOnlySpan<float> logits)
        {
            int labels = features._decoder.LabelCount;
            (int first, int end) = text.Encoded.WordsOf(window);
            for (int word = first; word < end; word++)
            {
                if (text.Classes[word] == TokenTargets.None)
                    continue;
                ReadOnlySpan<float> row = logits.Slice(text.Encoded.PlacesOf(word, window).First * labels, labels);
                _loss += CrossEntropy.Of(row, System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row), text.Classes[word]);
                _losses++;
            }
        }

        private void Judge(EntityExample example, IReadOnlyList<RecognizedEntity> found)
        {
            _evaluator.Add(example.Entities, found);
            _review.Add(example, found);
        }
    }
}
