using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>Any number of labels for each row.</summary>
internal sealed class LabelGoal : NamedGoal
{
    private readonly string _metric;

    public LabelGoal(PairFineTuningOptions options)
        : base(options) => _metric = MultiLabelMetrics.Names.Check(options.Metric);

    public override TaskText Text => new("pair", "Several labels a text");

    public override Head Head => Heads.Labels;

    public override PairAnswers Begin(IPairSource source, PairAnswers? like) =>
        new LabelAnswers(KnownLabels(source, like), _metric) { ThresholdPerLabel = Options.ThresholdPerLabel };

    public override BertConfig Keep(BertConfig config, TaskMetrics best) => config with
    {
        Classification = config.Classification! with { Thresholds = ((MultiLabelMetrics)best).Thresholds },
    };

    public override IEnumerable<KeyValuePair<string, string>> Settings(PairAnswers answers) =>
    [
        new("problem", nameof(PairProblem.Labels)),
        new("metric", _metric),
        new("threshold-per-label", Options.ThresholdPerLabel.ToString()),
        .. base.Settings(answers),
    ];
}

/// <summary>Any number of labels for each row, which the data separate by commas.</summary>
internal sealed class LabelAnswers : NamedAnswers
{
    private const char Separator = ',';

    private readonly LabelMap? _known;
    private readonly List<string> _found;
    private readonly Dictionary<string, int> _indexOf = [];
    private readonly List<int[]> _labels = [];
    private readonly string _metric;

    /// <summary>Begins with no rows, and with the labels by index, or to take those found, sorted.</summary>
    public LabelAnswers(IReadOnlyList<string>? labels, string metric = MultiLabelMetrics.MicroF1Name)
        : this(labels is null ? null : new LabelMap(labels), [.. labels ?? []], metric)
    {
    }

    private LabelAnswers(LabelMap? known, List<string> labels, string metric)
        : base(labels) => (_known, _found, _metric) = (known, labels, metric);

    /// <summary>Whether each label has a threshold of its own.</summary>
    public bool ThresholdPerLabel { get; init; }

    /// <summary>The thresholds to judge with, one a label; null to choose them.</summary>
    public IReadOnlyList<float>? Thresholds { get; init; }

    /// <summary>The labels of a row, ascending.</summary>
    public IReadOnlyList<int> LabelsOf(int row) => _labels[row];

    public override string? Add(in PairExample example)
    {
        var indices = new SortedSet<int>();
        foreach (string label in example.Label!.Split(Separator, StringSplitOptions.TrimEntries))
        {
            int index;
            if (label.Length == 0)
                return $"there is an empty label in '{example.Label}'; expected names separated by commas.";
            if (_known is not null)
            {
                if (!_known.TryGetIndex(label, out index))
                    return _known.Unknown(label);
            }
            else if (!_indexOf.TryGetValue(label, out index))
            {
                _indexOf.Add(label, index = _found.Count);
                _found.Add(label);
            }
            indices.Add(index);
        }
        _labels.Add([.. indices]);
        return null;
    }

    public override PairAnswers Complete(string source)
    {
        if (_found.Count < 2)
            throw new BertMLNetException($"{source}: there is but the label '{_found[0]}'; expected two labels or more.");
        if (_known is not null)
            return this;
        string[] sorted = Sorted(_found);
        return Renamed(sorted, PlacesIn(sorted, _found));
    }

    public override BatchTargets Targets(ReadOnlySpan<int> rows)
    {
        float[] labels = new float[rows.Length * Labels.Count], weights = new float[rows.Length];
        Array.Fill(weights, 1);
        for (int i = 0; i < rows.Length; i++)
        {
            foreach (int label in _labels[rows[i]])
                labels[i * Labels.Count + label] = 1;
        }
        return new LabelTargets(labels, weights);
    }

    public override NamedAnswers Renamed(IReadOnlyList<string> names, IReadOnlyList<int> places)
    {
        var answers = new LabelAnswers(new LabelMap(names), [.. names], _metric)
        {
            ThresholdPerLabel = ThresholdPerLabel,
            Thresholds = Thresholds,
        };
        answers._labels.AddRange(_labels.Select(row => row.Select(old => places[old]).Distinct().Order().ToArray()));
        return answers;
    }

    public override IPairJudge Judge() => new LabelJudge(this);

    /// <summary>The label that the model is most wrong about, whatever the threshold: there it says less than a half, or more.</summary>
    public override PairError? ErrorOf(int row, ReadOnlySpan<float> logits)
    {
        int worst = -1;
        double size = 0;
        for (int label = 0; label < logits.Length; label++)
        {
            double wrong = _labels[row].Contains(label) ? -logits[label] : logits[label];
            if (wrong > size)
                (worst, size) = (label, wrong);
        }
        if (worst < 0)
            return null;
        string right = string.Join(", ", _labels[row].Select(label => Labels[label]));
        return new(right, _labels[row].Contains(worst) ? $"not {Labels[worst]}" : Labels[worst], size);
    }

    public override (string Column, string Note) ErrorText => (
        "logit", "The validation examples with a label that the model was surest to give, or not to give, and wrong. The logit says how sure.");

    private sealed class LabelJudge(LabelAnswers answers) : IPairJudge
    {
        private readonly List<(int Row, float[] Probabilities)> _rows = [];
        private double _loss;

        public void Add(int row, ReadOnlySpan<float> logits)
        {
            var probabilities = new float[logits.Length];
            for (int label = 0; label < logits.Length; label++)
            {
                probabilities[label] = Logits.Logistic(logits[label]);
                _loss += LogisticLoss.Of(logits[label], answers._labels[row].Contains(label) ? 1 : 0) / logits.Length;
            }
            _rows.Add((row, probabilities));
        }

        public TaskMetrics Complete()
        {
            int width = answers.Labels.Count;
            bool[] there = new bool[_rows.Count * width];
            foreach ((int i, (int row, _)) in _rows.Index())
            {
                foreach (int label in answers._labels[row])
                    there[i * width + label] = true;
            }
            IReadOnlyList<float> thresholds = answers.Thresholds
                ?? (answers.ThresholdPerLabel
                    ? [.. Enumerable.Range(0, width).Select(label => BestThreshold.Of(Cases(label)))]
                    : [BestThreshold.Of(Enumerable.Range(0, width).SelectMany(Cases))]);
            LabelCounts[] counts =
            [
                .. Enumerable.Range(0, width).Select(label =>
                {
                    float threshold = thresholds[thresholds.Count == 1 ? 0 : label];
                    (float Probability, bool Right)[] cases = [.. Cases(label)];
                    return new LabelCounts(
                        cases.Count(one => one.Right),
                        cases.Count(one => one.Probability >= threshold),
                        cases.Count(one => one.Right && one.Probability >= threshold));
                }),
            ];
            return new MultiLabelMetrics(answers.Labels, counts, thresholds, _rows.Count, _loss / _rows.Count, answers._metric);

            IEnumerable<(float Probability, bool Right)> Cases(int label) =>
                _rows.Select((row, i) => (row.Probabilities[label], there[i * width + label]));
        }
    }
}
