using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Tokenized pairs with their classes: what the classification head learns from and is judged on.</summary>
internal sealed class LabelledPairs : IValidationSet
{
    /// <summary>Rows tokenized together.</summary>
    private const int BlockRows = 1024;

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

    /// <summary>What the data is called in messages.</summary>
    public string Source => _source;

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

    /// <summary>Reads all of a source's labelled pairs, tokenized as they are read, so that only their tokens stay in memory.</summary>
    /// <param name="source">The source, unread; a file must have been opened with labels.</param>
    /// <param name="encode">Makes the model's inputs.</param>
    /// <param name="labels">
    /// The classes, by index, where they are known: those of the model, or of the training data. A label must be one of
    /// them, or the index of one. Null to take the source's own (<see cref="IPairSource.KnownLabels"/>), or else the
    /// labels found, sorted: as numbers where all are integers, otherwise by their characters' codes.
    /// </param>
    /// <param name="metric">The metric that decides between checkpoints.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="BertMLNetException">The source has no rows, an unknown label or only one class, or a row is bad.</exception>
    public static LabelledPairs Read(
        IPairSource source,
        PairEncoder encode,
        IReadOnlyList<string>? labels = null,
        string metric = ClassificationMetrics.AccuracyName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(encode);
        ClassificationMetrics.CheckName(metric);
        labels ??= source.KnownLabels;
        LabelMap? known = labels is null ? null : new LabelMap(labels);
        var found = new List<string>(labels ?? []);
        var classOf = new Dictionary<string, int>();
        var sequences = new TokenSequences();
        var classes = new List<int>();
        var lines = new List<long>();
        var sentences1 = new List<string>(BlockRows);
        var sentences2 = new List<string>(BlockRows);
        foreach (PairExample example in source.Read(cancellationToken))
        {
            string label = example.Label!;
            int index;
            if (known is null)
            {
                if (!classOf.TryGetValue(label, out index))
                {
                    classOf.Add(label, index = found.Count);
                    found.Add(label);
                }
            }
            else if (!known.TryGetIndex(label, out index))
            {
                source.Report(example.Line, known.Unknown(label));
                continue;
            }
            classes.Add(index);
            lines.Add(example.Line);
            sentences1.Add(example.Sentence1);
            sentences2.Add(example.Sentence2 ?? "");
            if (sentences1.Count == BlockRows)
                Tokenize();
        }
        Tokenize();
        if (classes.Count == 0)
            throw new BertMLNetException($"{source.Name}: there are no rows; expected labelled sentences.");

        var features = new LabelledPairs(
            source.Name, found, sequences, [.. classes], [.. lines], [.. Enumerable.Range(0, classes.Count)], metric);
        if (found.Count < 2)
            throw new BertMLNetException($"{source.Name}: every row has the label '{found[0]}'; expected two classes or more.");
        if (labels is not null)
            return features;
        string[] sorted = Sorted(found);
        Dictionary<string, int> places = sorted.Index().ToDictionary(label => label.Item, label => label.Index);
        return features.WithClasses(sorted, [.. found.Select(label => places[label])]);

        void Tokenize()
        {
            encode(sentences1, source.HasPairs ? sentences2 : null, sequences);
            sentences1.Clear();
            sentences2.Clear();
        }
    }

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

    /// <summary>Finds each of <see cref="Labels"/> among a model's: by name, without regard to case, or by index.</summary>
    /// <param name="labels">The model's classes, by index.</param>
    /// <returns>The class of each label; null where a label is none of the model's, or the model has classes beside these.</returns>
    public int[]? PlacesAmong(IReadOnlyList<string> labels)
    {
        var map = new LabelMap(labels);
        int[] places = [.. Labels.Select(label => map.TryGetIndex(label, out int index) ? index : -1)];
        return labels.Count > 1 && !places.Contains(-1) && places.Distinct().Count() == labels.Count ? places : null;
    }

    /// <summary>The same examples with other names and numbers for their classes, as a model has them.</summary>
    /// <param name="labels">The classes' names, by the new index.</param>
    /// <param name="places">The new index of each of <see cref="Labels"/>; several may be one class.</param>
    public LabelledPairs WithClasses(IReadOnlyList<string> labels, IReadOnlyList<int> places)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(places);
        var weights = new float[labels.Count];
        for (int i = 0; i < places.Count; i++)
            weights[places[i]] = ClassWeights[i];
        int[] classes = [.. _classes.Select(old => places[old])];
        return new(_source, labels, _sequences, classes, _lines, _members, PrimaryMetric) { ClassWeights = weights };
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

    private static string[] Sorted(List<string> labels)
    {
        bool numbers = labels.TrueForAll(label => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return
        [
            .. labels
                .OrderBy(label => numbers ? long.Parse(label, CultureInfo.InvariantCulture) : 0)
                .ThenBy(label => label, StringComparer.Ordinal),
        ];
    }
}

/// <summary>
/// Finds a label's class: by the class's name, the same but for case where that is of one class only, by its index where no name is
/// itself a number, or by the name that the file's format gives that index.
/// </summary>
/// <param name="labels">The classes' names, by class index.</param>
/// <param name="formatLabels">The names that the file's own format has for as many classes; null where it has none.</param>
internal sealed class LabelMap(IReadOnlyList<string> labels, IReadOnlyList<string>? formatLabels = null)
{
    private readonly LabelIndex _index = new(labels);

    public bool TryGetIndex(string label, out int index)
    {
        if (_index.TryFind(label, out index))
            return true;
        index = formatLabels?.Count == labels.Count ? formatLabels.ToList().IndexOf(label) : -1;
        return index >= 0;
    }

    /// <summary>What to say of a label that has no class.</summary>
    public string Unknown(string label) => $"unknown label '{label}'; expected {string.Join(", ", labels.Select(known => $"'{known}'"))}.";
}
