using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>
/// What a confusion matrix says: accuracy, F1 and Matthews' correlation. With two classes F1 is that of class 1, with
/// more the mean over the classes that occur among the right or the predicted ones. A fraction over nothing counts as 0,
/// as in scikit-learn.
/// </summary>
internal sealed class ClassificationMetrics : TaskMetrics
{
    /// <summary>The name of the fraction predicted rightly.</summary>
    public const string AccuracyName = "accuracy";

    /// <summary>The name of <see cref="F1"/>.</summary>
    public const string F1Name = "f1";

    /// <summary>The name of <see cref="Matthews"/>.</summary>
    public const string MatthewsName = "matthews";

    /// <summary>The metrics that may decide between checkpoints.</summary>
    internal static readonly MetricNames Names = new(AccuracyName, F1Name, MatthewsName);

    private readonly int[,] _confusion;

    /// <summary>
    /// Works the metrics out of how many examples of class row were predicted to be of class column, and the mean cross-entropy, NaN
    /// where it is not known.
    /// </summary>
    /// <exception cref="BertMLNetException">There is no metric of that name.</exception>
    public ClassificationMetrics(IReadOnlyList<string> labels, int[,] confusion, double loss, string primaryName = AccuracyName)
    {
        Names.Check(primaryName);
        Labels = labels;
        _confusion = confusion;
        Loss = loss;
        PrimaryName = primaryName;

        int classes = labels.Count;
        var right = new double[classes];
        var actual = new double[classes];
        var predicted = new double[classes];
        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                actual[row] += confusion[row, column];
                predicted[column] += confusion[row, column];
            }
            right[row] = confusion[row, row];
        }
        Count = (int)actual.Sum();
        Accuracy = Ratio(right.Sum(), Count);
        double[] f1 = [.. right.Select((value, index) => Ratio(2 * value, actual[index] + predicted[index]))];
        F1 = classes == 2
            ? f1[1]
            : f1.Where((_, index) => actual[index] + predicted[index] > 0).DefaultIfEmpty(0).Average();
        Matthews = Correlation(right.Sum(), actual, predicted);
    }

    /// <summary>The classes' names, by class index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>The fraction predicted rightly.</summary>
    public double Accuracy { get; }

    /// <summary>The harmonic mean of precision and recall: of class 1 with two classes, otherwise the mean over classes.</summary>
    public double F1 { get; }

    /// <summary>
    /// Matthews' correlation coefficient, from -1 to 1, in its form for any number of classes (Gorodkin, 2004); 0 where
    /// all examples are of one class, or predicted to be.
    /// </summary>
    public double Matthews { get; }

    public override double Loss { get; }

    public override string PrimaryName { get; }

    public override IReadOnlyList<KeyValuePair<string, double>> Values =>
        [new(AccuracyName, Accuracy), new(F1Name, F1), new(MatthewsName, Matthews)];

    internal override IReadOnlyList<ReportTable> Tables =>
    [
        new(
            "Confusion matrix",
            ["right class", .. Labels],
            [
                .. Labels.Select((label, row) => (IReadOnlyList<string>)
                    [label, .. Labels.Select((_, column) => _confusion[row, column].ToString(CultureInfo.InvariantCulture))]),
            ],
            "A row is a right class, a column a predicted one; shades and percentages are shares of the row.",
            ReportChart.Matrix),
    ];

    /// <summary>How many examples of class <paramref name="actual"/> were predicted to be of class <paramref name="predicted"/>.</summary>
    public int Confusion(int actual, int predicted) => _confusion[actual, predicted];

    public override void WriteProperties(Utf8JsonWriter writer)
    {
        base.WriteProperties(writer);
        writer.WriteNumber("count", Count);
        writer.WriteStartArray("labels");
        foreach (string label in Labels)
            writer.WriteStringValue(label);
        writer.WriteEndArray();
        writer.WriteStartArray("confusion");
        for (int row = 0; row < Labels.Count; row++)
        {
            writer.WriteStartArray();
            for (int column = 0; column < Labels.Count; column++)
                writer.WriteNumberValue(_confusion[row, column]);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private double Correlation(double right, double[] actual, double[] predicted)
    {
        double count = Count, both = 0, actualSquares = 0, predictedSquares = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            both += actual[i] * predicted[i];
            actualSquares += actual[i] * actual[i];
            predictedSquares += predicted[i] * predicted[i];
        }
        return Ratio(right * count - both, Math.Sqrt((count * count - actualSquares) * (count * count - predictedSquares)));
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>Counts the classes that logits predict against the right ones, and adds up the cross-entropies.</summary>
internal sealed class ClassificationEvaluation
{
    private readonly IReadOnlyList<string> _labels;
    private readonly string _primaryName;
    private readonly int[,] _confusion;
    private double _loss;
    private int _count;

    /// <summary>Creates an evaluation with nothing in it; the accuracy decides where no metric is named.</summary>
    public ClassificationEvaluation(IReadOnlyList<string> labels, string? primaryName = null)
    {
        _labels = labels;
        _primaryName = primaryName ?? ClassificationMetrics.AccuracyName;
        _confusion = new int[labels.Count, labels.Count];
    }

    /// <summary>Takes the logits of one example; of equal ones the first counts as the largest.</summary>
    public void Add(int actual, ReadOnlySpan<float> logits)
    {
        int predicted = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[predicted])
                predicted = i;
        }
        _loss += CrossEntropy.Of(logits, predicted, actual);
        _confusion[actual, predicted]++;
        _count++;
    }

    /// <summary>The metrics over all that was added.</summary>
    public ClassificationMetrics Complete() => new(_labels, _confusion, _count == 0 ? double.NaN : _loss / _count, _primaryName);
}
