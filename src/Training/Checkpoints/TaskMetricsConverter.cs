using System.Text.Json;
using System.Text.Json.Serialization;

namespace BertMLNet.Training;

/// <summary>Writes any task's metrics into a checkpoint and reads them as <see cref="RecordedMetrics"/>.</summary>
internal sealed class TaskMetricsConverter : JsonConverter<TaskMetrics>
{
    public override TaskMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement root = JsonElement.ParseValue(ref reader);
        return new RecordedMetrics(
            root.GetProperty("loss").Deserialize<double>(options),
            root.GetProperty("primary").GetString()!,
            [.. root.GetProperty("values").EnumerateObject().Select(
                value => new KeyValuePair<string, double>(value.Name, value.Value.Deserialize<double>(options)))],
            root.GetProperty("properties"));
    }

    public override void Write(Utf8JsonWriter writer, TaskMetrics value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("loss");
        JsonSerializer.Serialize(writer, value.Loss, options);
        writer.WriteString("primary", value.PrimaryName);
        writer.WriteStartObject("values");
        foreach ((string name, double number) in value.Values)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, number, options);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("properties");
        value.WriteProperties(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
