using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>
/// How well scores agree with right values: Pearson's and Spearman's correlation and the mean squared error; where all values are 0 or 1,
/// how well they tell these apart, and where rows have groups, how well they rank each group's rows. A correlation with what never
/// changes counts as 0.
/// </summary>
internal sealed class ScoreMetrics : TaskMetrics
{
    /// <summary>The name of Pearson's correlation.</summary>
    public const string PearsonName = "pearson";

    /// <summary>The name of Spearman's correlation of ranks.</summary>
    public const string SpearmanName = "spearman";

    /// <summary>The name of the mean squared error.</summary>
    public const string MeanSquaredErrorName = "meanSquaredError";

    /// <summary>The name of the average precision.</summary>
    public const string AveragePrecisionName = "averagePrecision";

    /// <summary>The name of the mean reciprocal rank.</summary>
    public const string ReciprocalRankName = "mrr";

    /// <summary>The name of the normalised discounted cumulative gain of each group's first ten.</summary>
    public const string Ndcg10Name = "ndcg10";

    internal static readonly MetricNames OfValues = new(PearsonName, SpearmanName);
    internal static readonly MetricNames OfRelevance = new(AveragePrecisionName, PearsonName, SpearmanName);
    internal static readonly MetricNames OfGroups = new(ReciprocalRankName, Ndcg10Name, AveragePrecisionName, PearsonName, SpearmanName);

    private const int MostPoints = 1000;

    private readonly IReadOnlyList<ScoredRow> _rows;
    private readonly List<KeyValuePair<string, double>> _values;

    /// <summary>Works the metrics out.</summary>
    /// <param name="rows">The rows with their scores.</param>
    /// <param name="loss">The mean loss; NaN where it is not known.</param>
    /// <param name="primaryName">The metric that decides between checkpoints.</param>
    internal ScoreMetrics(IReadOnlyList<ScoredRow> rows, double loss, string primaryName = PearsonName)
    {
        _rows = rows;
        Loss = loss;
        PrimaryName = primaryName;
        double[] right = [.. rows.Select(row => (double)row.Right)], scores = [.. rows.Select(row => (double)row.Score)];
        _values =
        [
            new(PearsonName, Correlation(right, scores)),
            new(SpearmanName, Correlation(Ranks(right), Ranks(scores))),
            new(MeanSquaredErrorName, right.Zip(scores, (a, b) => (a - b) * (a - b)).DefaultIfEmpty(0).Average()),
        ];
        IsRelevance = rows.All(row => row.Right is 0 or 1);
        if (!IsRelevance)
            return;
        _values.Add(new(AveragePrecisionName, PrecisionCurve(rows).Area));
        ScoredRow[][] groups =
        [
            .. rows.Where(row => row.Group is not null).GroupBy(row => row.Group)
                // Of equal scores what is right comes last: a model that says the same of all ranks nothing.
                .Select(group => group.OrderByDescending(row => row.Score).ThenBy(row => row.Right).ToArray())
                .Where(group => group.Any(row => row.Right > 0)),
        ];
        if (!rows.Any(row => row.Group is not null))
            return;
        _values.Add(new(ReciprocalRankName, Mean(group => 1.0 / (1 + Array.FindIndex(group, row => row.Right > 0)))));
        _values.Add(new(Ndcg10Name, Mean(group => Gain(group) / Gain([.. group.OrderByDescending(row => row.Right)]))));

        double Mean(Func<ScoredRow[], double> measure) => groups.Select(measure).DefaultIfEmpty(0).Average();
    }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Whether all right values are 0 or 1.</summary>
    public bool IsRelevance { get; }

    public override double Loss { get; }

    public override string PrimaryName { get; }

    public override IReadOnlyList<KeyValuePair<string, double>> Values => _values;

    internal override IReadOnlyList<ReportTable> Tables => [IsRelevance ? PrecisionTable() : ValueTable()];

    public override void WriteProperties(Utf8JsonWriter writer)
    {
        base.WriteProperties(writer);
        writer.WriteNumber("count", Count);
    }

    private ReportTable ValueTable() => new(
        "Right and predicted values",
        ["right value", "predicted"],
        [.. Thin(_rows).Select(row => (IReadOnlyList<string>)[Text(row.Right), Text(row.Score)])],
        "A point is a validation example; a perfect model's would lie on the line.",
        ReportChart.Points);

    private ReportTable PrecisionTable() => new(
        "Precision and recall",
        ["recall", "precision"],
        [.. Thin(PrecisionCurve(_rows).Points).Select(point => (IReadOnlyList<string>)[Text(point.Recall), Text(point.Precision)])],
        "A point is a threshold: the part of what is right that scores reach it, and the part of what reaches it that is right.",
        ReportChart.Curve);

    private static List<T> Thin<T>(IReadOnlyList<T> items) => items.Count <= MostPoints
        ? [.. items]
        : [.. Enumerable.Range(0, MostPoints).Select(i => items[(int)((long)i * items.Count / MostPoints)])];

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Pearson's correlation.</summary>
    private static double Correlation(double[] x, double[] y)
    {
        if (x.Length == 0)
            return 0;
        double meanX = x.Average(), meanY = y.Average(), both = 0, squareX = 0, squareY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            both += (x[i] - meanX) * (y[i] - meanY);
            squareX += (x[i] - meanX) * (x[i] - meanX);
            squareY += (y[i] - meanY) * (y[i] - meanY);
        }
        double scale = Math.Sqrt(squareX) * Math.Sqrt(squareY);
        return scale > 0 ? Math.Clamp(both / scale, -1, 1) : 0;
    }

    /// <summary>The places of values in order, from 1; equal values share the mean of theirs.</summary>
    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]].Equals(values[order[start]]);)
                end++;
            for (int i = start; i < end; i++)
                ranks[order[i]] = (start + 1 + end) / 2.0;
        }
        return ranks;
    }

    /// <summary>
    /// Precision and recall at each score as a threshold, and the average precision: the precisions' mean, each weighted by what its
    /// threshold adds to the recall.
    /// </summary>
    private static (double Area, List<(double Recall, double Precision)> Points) PrecisionCurve(IReadOnlyList<ScoredRow> rows)
    {
        double positives = rows.Count(row => row.Right > 0), found = 0, area = 0;
        int taken = 0;
        var points = new List<(double Recall, double Precision)>();
        foreach (IGrouping<float, ScoredRow> equal in rows.GroupBy(row => row.Score).OrderByDescending(equal => equal.Key))
        {
            int right = equal.Count(row => row.Right > 0);
            found += right;
            taken += equal.Count();
            if (positives == 0)
                continue;
            area += right / positives * (found / taken);
            points.Add((found / positives, found / taken));
        }
        return (area, points);
    }

    /// <summary>The first ten values, each over the binary logarithm of its place plus one (Järvelin and Kekäläinen, 2002).</summary>
    private static double Gain(ScoredRow[] group) => group.Take(10).Select((row, index) => row.Right / Math.Log2(index + 2)).Sum();
}

/// <summary>A row's right value and its score.</summary>
/// <param name="Right">What is right.</param>
/// <param name="Score">What the model says.</param>
/// <param name="Group">The rows that it is ranked with; null for none.</param>
internal readonly record struct ScoredRow(float Right, float Score, int? Group = null);
