using System.Text.Json;
using System.Text.Json.Serialization;

namespace BertMLNet.Training;

/// <summary>
/// Where a run stands, weights and moments aside. It is saved between updates only, and there is no generator's state in it:
/// all chance is worked out from the seed and these counters.
/// </summary>
internal sealed class TrainingState
{
    /// <summary>What decides the outcome; see <see cref="TrainingOptions.DecidingSettings"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; set; } = new Dictionary<string, string>();

    /// <summary>The engine the run was made with.</summary>
    public string Engine { get; set; } = "";

    /// <summary>The epoch that is being trained, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Updates made in this epoch, those left out included.</summary>
    public int UpdateInEpoch { get; set; }

    /// <summary>Updates made in all, those left out included.</summary>
    public long Update { get; set; }

    /// <summary>Updates the optimizer has made.</summary>
    public long OptimizerStep { get; set; }

    public int SkippedUpdates { get; set; }

    /// <summary>The sum of this epoch's losses, each times its examples.</summary>
    public double EpochLoss { get; set; }

    /// <summary>The examples in <see cref="EpochLoss"/>.</summary>
    public long EpochExamples { get; set; }

    /// <summary>The sum of the losses since the last point of the curve.</summary>
    public double PointLoss { get; set; }

    /// <summary>The updates in <see cref="PointLoss"/>.</summary>
    public int PointUpdates { get; set; }

    public long Examples { get; set; }

    public long Tokens { get; set; }

    public TimeSpan Elapsed { get; set; }

    public TimeSpan TrainingTime { get; set; }

    /// <summary>The epoch, from 1, of the best model so far; 0 before the first.</summary>
    public int BestEpoch { get; set; }

    public bool StoppedEarly { get; set; }

    /// <summary>Whether the run is over and its model is written; such a state has no weights.</summary>
    public bool IsFinished { get; set; }

    public List<ReportEpoch> Epochs { get; set; } = [];

    public List<ReportStep> Steps { get; set; } = [];

    public TrainingOutcome ToOutcome() => new()
    {
        Epochs = Epochs,
        Steps = Steps,
        BestEpoch = BestEpoch,
        Updates = Update,
        SkippedUpdates = SkippedUpdates,
        StoppedEarly = StoppedEarly,
        Elapsed = Elapsed,
        TrainingTime = TrainingTime,
        Examples = Examples,
        Tokens = Tokens,
    };
}

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

/// <summary>Metrics as a checkpoint recorded them: they say and write what the task's own did.</summary>
internal sealed class RecordedMetrics(
    double loss, string primaryName, IReadOnlyList<KeyValuePair<string, double>> values, JsonElement properties)
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
