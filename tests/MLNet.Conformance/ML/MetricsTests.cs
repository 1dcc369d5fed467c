using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class MetricsTests
{
    private readonly MLContext _context = new(seed: 1);

    // Two of three positives and one of two negatives lie on their side of 0; one positive and one negative tie.
    private readonly Scored[] _rows =
    [
        new(true, 2, 0.9f), new(true, 1, 0.75f), new(true, -1, 0.25f), new(false, 1, 0.75f), new(false, -2, 0.125f),
    ];

    [Fact]
    public void BinaryMetricsFollowTheSignOfTheScore()
    {
        var metrics = _context.BinaryClassification.EvaluateNonCalibrated(_context.Data.LoadFromEnumerable(_rows));
        Assert.Equal(3.0 / 5, metrics.Accuracy, 12);
        Assert.Equal(2.0 / 3, metrics.PositivePrecision, 12);
        Assert.Equal(2.0 / 3, metrics.PositiveRecall, 12);
        Assert.Equal(1.0 / 2, metrics.NegativePrecision, 12);
        Assert.Equal(1.0 / 2, metrics.NegativeRecall, 12);
        Assert.Equal(2.0 / 3, metrics.F1Score, 12);
        // Of the six pairs four and a tie are in order.
        Assert.Equal(4.5 / 6, metrics.AreaUnderRocCurve, 12);
        Assert.Equal([[2.0, 1], [1, 1]], metrics.ConfusionMatrix.Counts);
        Assert.Equal(1, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
    }

    [Fact]
    public void CalibratedMetricsAreInBits()
    {
        var metrics = _context.BinaryClassification.Evaluate(_context.Data.LoadFromEnumerable(_rows));
        double loss = -(Math.Log2(0.9f) + Math.Log2(0.75) + Math.Log2(0.25) + Math.Log2(0.25) + Math.Log2(0.875)) / 5;
        double entropy = -(0.6 * Math.Log2(0.6)) - (0.4 * Math.Log2(0.4));
        Assert.Equal(loss, metrics.LogLoss, 6);
        Assert.Equal(entropy, metrics.Entropy, 6);
        Assert.Equal((entropy - loss) / entropy, metrics.LogLossReduction, 6);
    }

    [Fact]
    public void AllOfOneClassHasNoArea()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.EvaluateNonCalibrated(_context.Data.LoadFromEnumerable(_rows[..2])));

    [Fact]
    public void BinaryMetricsNeedTheirColumns()
    {
        var data = _context.Data.LoadFromEnumerable(_rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Evaluate(data, scoreColumnName: "Nothing"));
        var unlabelled = _context.Transforms.DropColumns("PredictedLabel").Fit(data).Transform(data);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Evaluate(unlabelled));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Evaluate(data, scoreColumnName: "Label"));
    }

    [Fact]
    public void TheBinaryTableIsFormatted()
    {
        var metrics = _context.BinaryClassification.EvaluateNonCalibrated(_context.Data.LoadFromEnumerable(_rows));
        string[] expected =
        [
            "TEST POSITIVE RATIO:\t0.6000 (3.0/(3.0+2.0))",
            "Confusion table",
            "          ||======================",
            "PREDICTED || positive | negative | Recall",
            "TRUTH     ||======================",
            " positive ||        2 |        1 | 0.6667",
            " negative ||        1 |        1 | 0.5000",
            "          ||======================",
            "Precision ||   0.6667 |   0.5000 |",
        ];
        Assert.Equal(expected, metrics.ConfusionMatrix.GetFormattedConfusionTable().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public void MulticlassMetricsTakeTheFirstOfTheHighestScores()
    {
        var metrics = Multiclass(topK: 2);
        Assert.Equal(3.0 / 4, metrics.MicroAccuracy, 12);
        Assert.Equal((1.0 + 0.5 + 1) / 3, metrics.MacroAccuracy, 6);
        double[] losses = [-Math.Log(0.5), -Math.Log(0.25), -Math.Log(0.75), -Math.Log(0.5)];
        Assert.Equal(losses.Average(), metrics.LogLoss, 6);
        Assert.Equal([losses[0], (losses[1] + losses[2]) / 2, losses[3]], metrics.PerClassLogLoss, new Near());
        Assert.Equal([[1.0, 0, 0], [1, 1, 0], [0, 0, 1]], metrics.ConfusionMatrix.Counts);
        Assert.Equal(2, metrics.TopKPredictionCount);
        Assert.Equal([0.75, 1], metrics.TopKAccuracyForAllK, new Near());
        Assert.Equal(1, metrics.TopKAccuracy, 12);
        double entropy = -((0.5 * Math.Log(0.5)) + (2 * 0.25 * Math.Log(0.25)));
        Assert.Equal((entropy - losses.Average()) / entropy, metrics.LogLossReduction, 6);
    }

    [Fact]
    public void RowsWithoutALabelAreLeftOut() => Assert.Equal(4, Multiclass(topK: 0).ConfusionMatrix.Counts.Sum(row => row.Sum()));

    [Fact]
    public void MulticlassMetricsNeedAKeyAndAVector()
    {
        var data = _context.Data.LoadFromEnumerable(_rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Evaluate(data));
    }

    private MulticlassClassificationMetrics Multiclass(int topK)
    {
        KeyedScores[] rows =
        [
            new() { Label = 0, Score = [0.5f, 0.25f, 0.25f] },
            new() { Label = 1, Score = [0.5f, 0.25f, 0.25f] },
            new() { Label = 1, Score = [0.125f, 0.75f, 0.125f] },
            new() { Label = 2, Score = [0.25f, 0.25f, 0.5f] },
            new() { Label = 3, Score = [1, 0, 0] },
        ];
        return _context.MulticlassClassification.Evaluate(_context.Data.LoadFromEnumerable(rows), topKPredictionCount: topK);
    }

    private sealed class Scored(bool label, float score, float probability)
    {
        public bool Label { get; } = label;

        public float Score { get; } = score;

        public float Probability { get; } = probability;

        public bool PredictedLabel { get; } = score > 0;
    }

    private sealed class KeyedScores
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(double obj) => 0;
    }
}
