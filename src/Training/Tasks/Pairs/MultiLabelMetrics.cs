using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>
/// How well any number of labels a row was told: F1 over all labels of all rows (micro), and the mean of the labels' own (macro). A
/// fraction over nothing counts as 0, as in scikit-learn.
/// </summary>
internal sealed class MultiLabelMetrics : TaskMetrics
{
    /// <summary>The name of the F1 over all labels of all rows.</summary>
    public const string MicroF1Name = "microF1";

    /// <summary>The name of the mean of the labels' F1.</summary>
    public const string MacroF1Name = "macroF1";

    internal const string ThresholdName = "threshold";

    internal static readonly MetricNames Names = new(MicroF1Name, MacroF1Name);

    private readonly LabelCounts[] _counts;

    internal MultiLabelMetrics(
        IReadOnlyList<string> labels, LabelCounts[] counts, IReadOnlyList<float> thresholds, int count, double loss, string primaryName)
    {
        (Labels, _counts, Thresholds, Count, Loss, PrimaryName) = (labels, counts, thresholds, count, loss, primaryName);
        MicroF1 = new LabelCounts(counts.Sum(one => one.Right), counts.Sum(one => one.Given), counts.Sum(one => one.Both)).F1;
        MacroF1 = counts.Average(one => one.F1);
    }

    /// <summary>The labels' names, by index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The probability from which on a label counts as given: one for all, or one a label.</summary>
    public IReadOnlyList<float> Thresholds { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>F1 over all labels of all rows.</summary>
    public double MicroF1 { get; }

    /// <summary>The mean of the labels' F1.</summary>
    public double MacroF1 { get; }

    public override double Loss { get; }

    public override string PrimaryName { get; }

    public override IReadOnlyList<KeyValuePair<string, double>> Values =>
    [
        new(MicroF1Name, MicroF1),
        new(MacroF1Name, MacroF1),
        .. Thresholds.Count == 1 ? [new(ThresholdName, Thresholds[0])] : Array.Empty<KeyValuePair<string, double>>(),
    ];

    /// <summary>The F1 of one label.</summary>
    public double F1Of(int label) => _counts[label].F1;

    internal override IReadOnlyList<ReportTable> Tables =>
    [
        new(
            "Labels",
            ["label", "precision", "recall", "F1", "rows", "given", .. Thresholds.Count > 1 ? [ThresholdName] : Array.Empty<string>()],
            [
                .. Labels.Select((label, i) => (IReadOnlyList<string>)
                [
                    label, Text(_counts[i].Precision), Text(_counts[i].Recall), Text(_counts[i].F1),
                    _counts[i].Right.ToString(CultureInfo.InvariantCulture), _counts[i].Given.ToString(CultureInfo.InvariantCulture),
                    .. Thresholds.Count > 1 ? [Text(Thresholds[i])] : Array.Empty<string>(),
                ]),
            ],
            "Rows have the label, and are given it.",
            ReportChart.Bars),
    ];

    public override void WriteProperties(Utf8JsonWriter writer)
    {
        base.WriteProperties(writer);
        writer.WriteNumber("count", Count);
        writer.WriteStartObject("labels");
        foreach ((int i, string label) in Labels.Index())
        {
            writer.WriteStartObject(label);
            writer.WriteNumber("precision", _counts[i].Precision);
            writer.WriteNumber("recall", _counts[i].Recall);
            writer.WriteNumber("f1", _counts[i].F1);
            writer.WriteNumber("rows", _counts[i].Right);
            writer.WriteNumber(ThresholdName, Thresholds[Thresholds.Count == 1 ? 0 : i]);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>How often a label was there, was given, and both.</summary>
internal readonly record struct LabelCounts(int Right, int Given, int Both)
{
    public double Precision => Given == 0 ? 0 : (double)Both / Given;

    public double Recall => Right == 0 ? 0 : (double)Both / Right;

    public double F1 => Right + Given == 0 ? 0 : 2.0 * Both / (Right + Given);
}

/// <summary>The probability from which on labels are given, chosen so that F1 is greatest.</summary>
internal static class BestThreshold
{
    /// <summary>Where no label would ever be given rightly.</summary>
    private const float Usual = 0.5f;

    /// <summary>Half way between two probabilities, the upper ones being those that give the greatest F1.</summary>
    public static float Of(IEnumerable<(float Probability, bool Right)> cases)
    {
        (float Probability, bool Right)[] sorted = [.. cases.OrderByDescending(one => one.Probability)];
        int positives = sorted.Count(one => one.Right), both = 0;
        (double F1, float Threshold) best = (0, Usual);
        for (int i = 0; i < sorted.Length; i++)
        {
            both += sorted[i].Right ? 1 : 0;
            float next = i + 1 < sorted.Length ? sorted[i + 1].Probability : 0;
            // Equal probabilities cannot be told apart.
            if (next.Equals(sorted[i].Probability))
                continue;
            double f1 = 2.0 * both / (positives + i + 1);
            if (f1 <= best.F1)
                continue;
            float between = next + (sorted[i].Probability - next) / 2;
            best = (f1, between > next ? between : sorted[i].Probability);
        }
        return best.Threshold;
    }
}
