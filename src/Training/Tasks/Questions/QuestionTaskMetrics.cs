using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>
/// How well a model answers questions. F1 decides between checkpoints; where questions may have no answer, it is the F1
/// that the best null threshold gives.
/// </summary>
/// <param name="loss">The mean loss over the windows.</param>
/// <param name="metrics">The figures.</param>
/// <param name="tables">What the report shows beyond the figures; null for nothing.</param>
public sealed class QuestionTaskMetrics(double loss, QuestionMetrics metrics, IReadOnlyList<ReportTable>? tables = null) : TaskMetrics
{
    /// <summary>The figures.</summary>
    public QuestionMetrics Metrics => metrics;

    /// <inheritdoc/>
    public override double Loss => loss;

    /// <inheritdoc/>
    public override string PrimaryName => metrics.Best is null ? "f1" : "bestF1";

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, double>> Values => metrics.Values;

    /// <inheritdoc/>
    public override IReadOnlyList<ReportTable> Tables => tables ?? [];

    /// <inheritdoc/>
    public override void WriteProperties(Utf8JsonWriter writer) => metrics.WriteProperties(writer);
}
