using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>Metrics as a checkpoint recorded them: they say and write what the task's own did.</summary>
internal sealed class RecordedMetrics(double loss, string primaryName, IReadOnlyList<KeyValuePair<string, double>> values, JsonElement properties)
    : TaskMetrics
{
    public override double Loss => loss;

    public override string PrimaryName => primaryName;

    public override IReadOnlyList<KeyValuePair<string, double>> Values => values;

    public override void WriteProperties(Utf8JsonWriter writer)
    {
        foreach (JsonProperty property in properties.EnumerateObject())
            property.WriteTo(writer);
    }
}
