using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// A finished run, told to machines (<c>metrics.json</c>), to people (<c>report.html</c>) and with the model (<c>README.md</c>).
/// </summary>
internal sealed class RunDocuments(PreparedRun run, TrainingOutcome outcome, string command, string engine, float? largestDifference)
{
    private const int MostHighlights = 6;

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly KeyValuePair<string, string>[] _surroundings =
    [
        new("engine", engine),
        new("BertMLNet", typeof(RunDocuments).Assembly.GetName().Version!.ToString(3)),
        new(".NET", Environment.Version.ToString()),
        new("system", FormattableString.Invariant($"{RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors")),
    ];

    private readonly KeyValuePair<string, string>[] _settings = [.. run.Task.Settings, .. run.Training.DecidingSettings()];

    private readonly long _peakMemory = PeakMemory();

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("task", run.Text.Name);
            json.WriteNumber("bestEpoch", outcome.BestEpoch);
            json.WriteStartObject("best");
            outcome.Best.WriteProperties(json);
            json.WriteEndObject();
            json.WriteStartArray("epochs");
            foreach (ReportEpoch epoch in outcome.Epochs)
            {
                json.WriteStartObject();
                json.WriteNumber("epoch", epoch.Epoch);
                WriteNumber(json, "trainingLoss", epoch.TrainingLoss);
                WriteNumber(json, "validationLoss", epoch.Metrics.Loss);
                epoch.Metrics.WriteProperties(json);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("updates", outcome.Updates);
            json.WriteNumber("skippedUpdates", outcome.SkippedUpdates);
            json.WriteBoolean("stoppedEarly", outcome.StoppedEarly);
            json.WriteNumber("trainingExamples", run.Task.Training.Count);
            json.WriteNumber("validationExamples", run.Task.Validation.Count);
            json.WriteNumber("seconds", Math.Round(outcome.Elapsed.TotalSeconds, 1));
            json.WriteNumber("examplesPerSecond", Rate(outcome.Examples));
            json.WriteNumber("tokensPerSecond", Rate(outcome.Tokens));
            json.WriteNumber("peakMemoryBytes", _peakMemory);
            if (largestDifference is { } difference)
                json.WriteNumber("largestExportDifference", difference);
            json.WriteString("command", command);
            WriteObject(json, "settings", _settings);
            WriteObject(json, "surroundings", _surroundings);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    public TrainingReport ToReport(IReadOnlyList<ReportTable> tables) => new()
    {
        Title = run.Text.Title,
        Command = command,
        Highlights =
        [
            .. outcome.Best.Values.Take(MostHighlights)
                .Select(value => KeyValuePair.Create(value.Key, value.Value.ToString("0.0000", CultureInfo.InvariantCulture))),
        ],
        Facts =
        [
            new("best epoch", string.Create(CultureInfo.InvariantCulture, $"{outcome.BestEpoch} of {outcome.Epochs.Count}")),
            new("updates", string.Create(CultureInfo.InvariantCulture, $"{outcome.Updates}, {outcome.SkippedUpdates} left out")),
            new(
                "examples",
                FormattableString.Invariant($"{run.Task.Training.Count} for training, {run.Task.Validation.Count} for validation")),
            new("time", string.Create(CultureInfo.InvariantCulture, $"{(long)outcome.Elapsed.TotalHours:00}:{outcome.Elapsed:mm\\:ss}")),
            new(
                "throughput",
                string.Create(CultureInfo.InvariantCulture, $"{Rate(outcome.Examples)} examples, {Rate(outcome.Tokens)} tokens a second")),
            new("peak memory", string.Create(CultureInfo.InvariantCulture, $"{_peakMemory >> 20} MiB")),
            .. largestDifference is { } difference
                ? [KeyValuePair.Create("export", FormattableString.Invariant($"logits within {difference:0.0e+0} of the trained model's"))]
                : Array.Empty<KeyValuePair<string, string>>(),
            .. _surroundings,
        ],
        Settings = _settings,
        Steps = outcome.Steps,
        Epochs = outcome.Epochs,
        BestEpoch = outcome.BestEpoch,
        Tables = tables,
    };

    public string ToModelCard()
    {
        BertConfig config = run.Parameters.Config;
        var card = new StringBuilder();
        card.Append("---\nlibrary_name: transformers\npipeline_tag: ").Append(run.Parameters.Head.Pipeline).Append("\n---\n\n");
        card.Append("# BERT: ").Append(run.Text.Title).Append("\n\n");
        card.Append(
            CultureInfo.InvariantCulture, $"{config.NumHiddenLayers} layers, {config.HiddenSize} wide, {config.NumAttentionHeads} heads, ")
            .Append(CultureInfo.InvariantCulture, $"sequences of up to {config.LongestSequence} tokens.");
        if (run.Parameters.Head.HasLabels && config.NumLabels == 1)
            card.Append(" It gives one number.");
        else if (run.Parameters.Head.HasLabels)
            card.Append(" Classes: ").AppendJoin(", ", config.Labels.Select(Shown.Code)).Append('.');
        card.Append(CultureInfo.InvariantCulture, $"\n\nTrained with BertMLNet on {outcome.Examples} examples ({outcome.Tokens} tokens, ")
            .Append(CultureInfo.InvariantCulture, $"each as often as it was seen), judged on {run.Task.Validation.Count}:\n\n");
        card.Append("| metric | value |\n|---|---|\n");
        foreach ((string name, double value) in outcome.Best.Values)
            card.Append(CultureInfo.InvariantCulture, $"| {Shown.Markdown(name)} | {value:0.0000} |\n");
        card.Append("\n| setting | value |\n|---|---|\n");
        foreach ((string name, string value) in _settings.Concat(_surroundings))
            card.Append("| ").Append(Shown.Markdown(name)).Append(" | ").Append(Shown.Markdown(value)).Append(" |\n");
        if (command.Length > 0)
        {
            string line = Shown.Plain(command), fence = Shown.Fence(line, least: 3);
            card.Append('\n').Append(fence).Append('\n').Append(line).Append('\n').Append(fence).Append('\n');
        }
        card.Append("\n`training/metrics.json` and `training/report.html` tell more.");
        card.Append(largestDifference is null
            ? " The folder has no graphs: fine-tune the model first.\n"
            : " `onnx/model.onnx` is the graph in standard operators.\n");
        card.Append("\n## Limits\n\nThe metrics are those of the examples that also chose the epoch. ");
        card.Append("The model knows what its data shows: measure it on your own texts before you rely on it. ");
        card.Append("Longer texts are ").Append(run.Text.LongTexts);
        card.Append("; text of another kind or language may be judged at random.\n");
        return card.ToString();
    }

    private double Rate(long count) =>
        outcome.TrainingTime <= TimeSpan.Zero ? 0 : Math.Round(count / outcome.TrainingTime.TotalSeconds, 1);

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void WriteObject(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> entries)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in entries)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
