namespace BertMLNet.Training;

/// <summary>Tokenized pairs with their classes: what the classification head learns from and is judged on.</summary>
public sealed class LabelledPairs : IValidationSet
{
    private readonly string _source;
    private readonly TokenSequences _sequences;
    private readonly int[] _classes;
    private readonly long[] _lines;
    private readonly int[] _members;

    internal LabelledPairs(
        string source, IReadOnlyList<string> labels, TokenSequences sequences, int[] classes, long[] lines, int[] members, string metric)
    {
        _source = source;
        Labels = labels;
        _sequences = sequences;
        _classes = classes;
        _lines = lines;
        _members = members;
        PrimaryMetric = metric;
        ClassWeights = [.. labels.Select(_ => 1f)];
    }

    /// <summary>The classes' names, by class index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What a loss counts for, by the example's class; 1 unless set.</summary>
    public float[] ClassWeights { get; private init; }

    /// <summary>The metric that decides between checkpoints; see <see cref="ClassificationMetrics"/>.</summary>
    public string PrimaryMetric { get; }

    /// <inheritdoc/>
    public int Count => _members.Length;

    /// <summary>The tokens of all examples.</summary>
    public long TokenCount => _members.Sum(member => (long)_sequences.LengthOf(member));

    /// <inheritdoc/>
    public int LengthOf(int index) => _sequences.LengthOf(_members[index]);

    /// <summary>The class of one example.</summary>
    public int ClassOf(int index) => _classes[_members[index]];

    /// <summary>The line of the file that an example starts at.</summary>
    public long LineOf(int index) => _lines[_members[index]];

    /// <inheritdoc/>
    public string Locate(int index) => $"{_source}, line {LineOf(index)}";

    /// <inheritdoc/>
    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        Span<int> members = indices.Length <= 256 ? stackalloc int[indices.Length] : new int[indices.Length];
        var classes = new int[indices.Length];
        var weights = new float[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            members[i] = _members[indices[i]];
            classes[i] = _classes[members[i]];
            weights[i] = ClassWeights[classes[i]];
        }
        return _sequences.Pack(members, new ClassTargets(classes, weights));
    }

    /// <inheritdoc/>
    public IEvaluation BeginEvaluation() => new ClassificationEvaluation(Labels, PrimaryMetric);

    /// <summary>The number of examples of each class.</summary>
    public int[] CountClasses()
    {
        var counts = new int[Labels.Count];
        foreach (int member in _members)
            counts[_classes[member]]++;
        return counts;
    }

    /// <summary>
    /// The same examples with weights under which every class counts alike: examples / (classes · examples of the class).
    /// </summary>
    public LabelledPairs WithBalancedClassWeights() =>
        WithClassWeights([.. CountClasses().Select(count => count == 0 ? 1f : (float)((double)Count / Labels.Count / count))]);

    /// <summary>The same examples with other class weights.</summary>
    /// <param name="weights">One a class, above 0.</param>
    public LabelledPairs WithClassWeights(IReadOnlyList<float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, Labels.Count, nameof(weights));
        foreach (float weight in weights)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight, nameof(weights));
        return new(_source, Labels, _sequences, _classes, _lines, _members, PrimaryMetric) { ClassWeights = [.. weights] };
    }

    /// <summary>The same examples with the same classes in another order, as a model has them.</summary>
    /// <param name="labels">The classes' names, those of <see cref="Labels"/> each once.</param>
    public LabelledPairs WithLabelOrder(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Dictionary<string, int> index = labels.Index().ToDictionary(label => label.Item, label => label.Index);
        int[] position = [.. Labels.Select(label => index[label])];
        var weights = new float[labels.Count];
        for (int i = 0; i < weights.Length; i++)
            weights[position[i]] = ClassWeights[i];
        return new(_source, labels, _sequences, [.. _classes.Select(old => position[old])], _lines, _members, PrimaryMetric) { ClassWeights = weights };
    }

    /// <summary>
    /// Sets a part of the examples aside for validation, each class in proportion, by seed alone: the same seed gives the same parts.
    /// </summary>
    /// <param name="fraction">The part to set aside, above 0 and below 1; at least one example, and of no class all.</param>
    /// <param name="seed">The seed.</param>
    public (LabelledPairs Training, LabelledPairs Validation) Split(double fraction, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fraction, 1);
        if (Count < 2)
            throw new BertMLNetException($"{_source}: {Count} row cannot be split into training and validation; give a validation file.");

        int[] order = [.. _members];
        new SeededRandom(Seeds.Derive(seed, Seeds.Purpose.Split)).Shuffle<int>(order);
        var training = new List<int>();
        var validation = new List<int>();
        foreach (IGrouping<int, int> group in order.GroupBy(member => _classes[member]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            // A class that is set aside altogether cannot be learned.
            int aside = Math.Min((int)Math.Round(members.Length * fraction, MidpointRounding.AwayFromZero), members.Length - 1);
            validation.AddRange(members[..aside]);
            training.AddRange(members[aside..]);
        }
        if (validation.Count == 0)
        {
            // The largest class misses it least.
            int moved = training.GroupBy(member => _classes[member]).MaxBy(group => group.Count())!.Last();
            training.Remove(moved);
            validation.Add(moved);
        }
        return (Part(training), Part(validation));

        LabelledPairs Part(List<int> members)
        {
            members.Sort();
            return new(_source, Labels, _sequences, _classes, _lines, [.. members], PrimaryMetric) { ClassWeights = ClassWeights };
        }
    }
}
