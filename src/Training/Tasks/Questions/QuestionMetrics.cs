using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>How well a set of questions was answered; every figure is a fraction from 0 to 1.</summary>
internal sealed record QuestionMetrics
{
    /// <summary>The name of the null threshold that gives the best F1.</summary>
    public const string BestF1ThresholdName = "bestF1Threshold";

    /// <summary>Number of questions.</summary>
    public required int Count { get; init; }

    /// <summary>The share of answers that equal a right one after normalisation.</summary>
    public required double ExactMatch { get; init; }

    /// <summary>The mean F1 of the answers' words.</summary>
    public required double F1 { get; init; }

    /// <summary>The questions that have an answer; null under version 1's rules, where all have.</summary>
    public QuestionMetrics? HasAnswer { get; init; }

    /// <summary>The questions that have none; null under version 1's rules or where there is none.</summary>
    public QuestionMetrics? NoAnswer { get; init; }

    /// <summary>The null thresholds that would have been best for these questions; null under version 1's rules.</summary>
    public BestNullThresholds? Best { get; init; }

    /// <summary>Writes the figures as properties of the JSON object that is open.</summary>
    public void WriteProperties(Utf8JsonWriter writer)
    {
        foreach ((string name, double value) in Values)
            writer.WriteNumber(name, value);
        writer.WriteNumber("questions", Count);
    }

    /// <summary>The figures by the names they have in JSON, in the order to show them in.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Values
    {
        get
        {
            var values = new List<KeyValuePair<string, double>> { new("exactMatch", ExactMatch), new("f1", F1) };
            if (HasAnswer is not null)
                values.AddRange([new("hasAnswerExactMatch", HasAnswer.ExactMatch), new("hasAnswerF1", HasAnswer.F1)]);
            if (NoAnswer is not null)
                values.AddRange([new("noAnswerExactMatch", NoAnswer.ExactMatch), new("noAnswerF1", NoAnswer.F1)]);
            if (Best is not null)
            {
                values.AddRange(
                [
                    new("bestExactMatch", Best.ExactMatch), new("bestExactMatchThreshold", Best.ExactMatchThreshold),
                    new("bestF1", Best.F1), new(BestF1ThresholdName, Best.F1Threshold),
                ]);
            }
            return values;
        }
    }
}

/// <summary>
/// The thresholds on the null score difference that give a set of questions its best scores: "no answer" is said
/// where the difference is above the threshold. Of several thresholds that give the best score the lowest are taken, and
/// of those between two differences the one half way: roundings of another engine then turn neither question. At either
/// end, with no difference beyond, it is 1 away.
/// </summary>
/// <param name="ExactMatch">The best exact match, a fraction.</param>
/// <param name="ExactMatchThreshold">The threshold that gives it.</param>
/// <param name="F1">The best F1, a fraction.</param>
/// <param name="F1Threshold">The threshold that gives it.</param>
internal sealed record BestNullThresholds(double ExactMatch, double ExactMatchThreshold, double F1, double F1Threshold);

/// <summary>
/// How well a model answers questions. F1 decides between checkpoints; where questions may have no answer, it is the F1
/// that the best null threshold gives.
/// </summary>
internal sealed class QuestionTaskMetrics : TaskMetrics
{
    private readonly IReadOnlyList<ReportTable> _tables;

    /// <summary>Holds what was measured.</summary>
    internal QuestionTaskMetrics(double loss, QuestionMetrics metrics, IReadOnlyList<ReportTable> tables)
    {
        Loss = loss;
        Metrics = metrics;
        _tables = tables;
    }

    /// <summary>The figures.</summary>
    public QuestionMetrics Metrics { get; }

    public override double Loss { get; }

    public override string PrimaryName => Metrics.Best is null ? "f1" : "bestF1";

    public override IReadOnlyList<KeyValuePair<string, double>> Values => Metrics.Values;

    internal override IReadOnlyList<ReportTable> Tables => _tables;

    public override void WriteProperties(Utf8JsonWriter writer) => Metrics.WriteProperties(writer);
}
