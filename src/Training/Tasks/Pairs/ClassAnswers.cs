using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Answers that name labels of a model.</summary>
internal abstract class NamedAnswers(IReadOnlyList<string> labels) : PairAnswers
{
    /// <summary>The labels' names, by index.</summary>
    public IReadOnlyList<string> Labels => labels;

    /// <summary>
    /// The same answers with other names and numbers for their labels, as a model has them: the new index of each; several may be one
    /// label.
    /// </summary>
    public abstract NamedAnswers Renamed(IReadOnlyList<string> names, IReadOnlyList<int> places);

    /// <summary>Finds each of <see cref="Labels"/> among a model's: by name, without regard to case, or by index.</summary>
    /// <param name="model">The model's labels, by index.</param>
    /// <returns>The place of each label; null where a label is none of the model's, or the model has labels beside these.</returns>
    public int[]? PlacesAmong(IReadOnlyList<string> model)
    {
        var map = new LabelMap(model);
        int[] places = [.. Labels.Select(label => map.TryGetIndex(label, out int index) ? index : -1)];
        return model.Count > 1 && !places.Contains(-1) && places.Distinct().Count() == model.Count ? places : null;
    }

    /// <summary>Labels that were found, sorted: as numbers where all are integers, otherwise by their characters' codes.</summary>
    protected static string[] Sorted(IReadOnlyList<string> found)
    {
        bool numbers = found.All(label => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return
        [
            .. found
                .OrderBy(label => numbers ? long.Parse(label, CultureInfo.InvariantCulture) : 0)
                .ThenBy(label => label, StringComparer.Ordinal),
        ];
    }

    /// <summary>The new place of each label that was found, when they are sorted.</summary>
    protected static int[] PlacesIn(string[] sorted, IReadOnlyList<string> found)
    {
        Dictionary<string, int> places = sorted.Index().ToDictionary(label => label.Item, label => label.Index);
        return [.. found.Select(label => places[label])];
    }
}

/// <summary>One class of several for each row.</summary>
internal sealed class ClassAnswers : NamedAnswers
{
    private readonly LabelMap? _known;
    private readonly List<string> _found;
    private readonly Dictionary<string, int> _classOf = [];
    private readonly List<int> _classes = [];
    private readonly string? _metric;

    /// <summary>Begins with no rows.</summary>
    /// <param name="labels">The classes, by index, where they are known; null to take those found, sorted.</param>
    /// <param name="formatLabels">The names that the file's own format has for them; see <see cref="LabelMap"/>.</param>
    /// <param name="metric">The metric that decides between checkpoints; see <see cref="ClassificationMetrics"/>.</param>
    public ClassAnswers(IReadOnlyList<string>? labels, IReadOnlyList<string>? formatLabels = null, string? metric = null)
        : this(labels is null ? null : new LabelMap(labels, formatLabels), [.. labels ?? []], metric)
    {
    }

    private ClassAnswers(LabelMap? known, List<string> labels, string? metric)
        : base(labels)
    {
        (_known, _found, _metric) = (known, labels, metric);
        Weights = [.. labels.Select(_ => 1f)];
    }

    /// <summary>What a loss counts for, by the example's class; 1 unless set.</summary>
    public float[] Weights { get; private init; }

    public override string? Add(in PairExample example)
    {
        string label = example.Label!;
        int index;
        if (_known is null)
        {
            if (!_classOf.TryGetValue(label, out index))
            {
                _classOf.Add(label, index = _found.Count);
                _found.Add(label);
            }
        }
        else if (!_known.TryGetIndex(label, out index))
        {
            return _known.Unknown(label);
        }
        _classes.Add(index);
        return null;
    }

    public override PairAnswers Complete(string source)
    {
        if (_found.Count < 2)
            throw new BertMLNetException($"{source}: every row has the label '{_found[0]}'; expected two classes or more.");
        if (_known is not null)
            return this;
        string[] sorted = Sorted(_found);
        return Renamed(sorted, PlacesIn(sorted, _found));
    }

    /// <summary>The class of a row.</summary>
    public int ClassOf(int row) => _classes[row];

    public override int StratumOf(int row) => _classes[row];

    public override BatchTargets Targets(ReadOnlySpan<int> rows)
    {
        var classes = new int[rows.Length];
        var weights = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            classes[i] = _classes[rows[i]];
            weights[i] = Weights[classes[i]];
        }
        return new ClassTargets(classes, weights);
    }

    public override IPairJudge Judge() => new ClassJudge(this, new ClassificationEvaluation(Labels, _metric));

    public override PairError? ErrorOf(int row, ReadOnlySpan<float> logits)
    {
        int actual = _classes[row], predicted = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);
        return predicted == actual ? null : new(Labels[actual], Labels[predicted], logits[predicted] - logits[actual]);
    }

    public override (string Column, string Note) ErrorText => (
        "lead",
        "The validation examples that the model got wrong and was surest of. The lead is the predicted class's logit less the right one's.");

    /// <summary>The same answers with weights under which every class counts alike: rows / (classes · rows of the class).</summary>
    public ClassAnswers Balanced()
    {
        int[] counts = new int[Labels.Count];
        foreach (int index in _classes)
            counts[index]++;
        return Weighted([.. counts.Select(count => count == 0 ? 1f : (float)((double)_classes.Count / Labels.Count / count))]);
    }

    /// <summary>The same answers with other weights, one a class, above 0.</summary>
    public ClassAnswers Weighted(IReadOnlyList<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, Labels.Count, nameof(weights));
        foreach (float weight in weights)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight, nameof(weights));
        return With([.. Labels], _classes, [.. weights]);
    }

    public override NamedAnswers Renamed(IReadOnlyList<string> names, IReadOnlyList<int> places)
    {
        var weights = new float[names.Count];
        // Labels that were found while rows were added have no weight yet.
        for (int i = 0; i < places.Count; i++)
            weights[places[i]] = i < Weights.Length ? Weights[i] : 1;
        return With([.. names], [.. _classes.Select(old => places[old])], weights);
    }

    private ClassAnswers With(List<string> labels, List<int> classes, float[] weights)
    {
        var answers = new ClassAnswers(new LabelMap(labels), labels, _metric) { Weights = weights };
        answers._classes.AddRange(classes);
        return answers;
    }

    private sealed class ClassJudge(ClassAnswers answers, ClassificationEvaluation evaluation) : IPairJudge
    {
        public void Add(int row, ReadOnlySpan<float> logits) => evaluation.Add(answers._classes[row], logits);

        public TaskMetrics Complete() => evaluation.Complete();
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
