using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>How well a set of questions was answered; every figure is a fraction from 0 to 1.</summary>
public sealed record QuestionMetrics
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
        ArgumentNullException.ThrowIfNull(writer);
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
