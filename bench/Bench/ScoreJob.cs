using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using BertMLNet.Scoring;

namespace BertMLNet.Bench;

/// <summary>Times scoring sentence pairs end to end from text.</summary>
internal static class ScoreJob
{
    private static readonly Option<string> Model = new("--model") { Description = "The model folder.", Required = true };
    private static readonly Option<string> Rows = new("--rows") { Description = "JSON lines with sentence1 and sentence2.", Required = true };
    private static readonly Option<string?> Graph = new("--graph") { Description = "The graph inside the folder, e.g. onnx/model_quantized.onnx." };
    private static readonly Option<string> Through = new("--through") { Description = "scorer, idataview, one-row (a run of the graph for each row), or apply-onnx-model.", DefaultValueFactory = _ => "scorer" };
    private static readonly Option<int?> Threads = new("--threads");
    private static readonly Option<int> Concurrent = new("--concurrent-batches") { DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> BatchTokens = new("--max-batch-tokens");
    private static readonly Option<int> Repeat = new("--repeat") { DefaultValueFactory = _ => 3 };
    private static readonly Option<string?> Labels = new("--labels") { Description = "Writes each row's class index, one a line." };
    private static readonly Option<bool> Profile = new("--profile") { Description = "Adds the time of each operator." };
    private static readonly Option<bool> ByShape = new("--by-shape");

    public static Command Command()
    {
        var command = new Command("score", "Times scoring sentence pairs.")
        {
            Model, Rows, Graph, Through, Threads, Concurrent, BatchTokens, Repeat, Labels, Profile, ByShape,
        };
        command.SetAction(arguments => JsonOutput.Print(Run(arguments)));
        return command;
    }

    private static Dictionary<string, object?> Run(ParseResult arguments)
    {
        TextRow[] rows = [.. File.ReadLines(arguments.GetRequiredValue(Rows)).Select(line => JsonSerializer.Deserialize<TextRow>(line, JsonSerializerOptions.Web)!)];
        string? profile = arguments.GetValue(Profile) ? Path.Combine(Path.GetTempPath(), $"bertmlnet-bench-{Environment.ProcessId}") : null;
        var options = new ScoringOptions
        {
            Graph = arguments.GetValue(Graph),
            IntraOpThreads = arguments.GetValue(Threads),
            ConcurrentBatches = arguments.GetValue(Concurrent),
            MaxBatchTokens = arguments.GetValue(BatchTokens),
            ConfigureSession = session => OperatorProfile.Enable(session, profile),
        };
        long started = Stopwatch.GetTimestamp();
        var seconds = new List<double>();
        int[] labels = [];
        int repeat = arguments.GetValue(Repeat);
        double coldSeconds;
        using (PairScorer scorer = PairScorer.Create(arguments.GetValue(Through)!, arguments.GetRequiredValue(Model), options))
        {
            scorer.Score(rows[..1]);
            coldSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            for (int i = -1; i < repeat; i++)
            {
                long start = Stopwatch.GetTimestamp();
                labels = scorer.Score(rows);
                if (i >= 0)
                    seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        if (arguments.GetValue(Labels) is { } path)
            File.WriteAllLines(path, labels.Select(label => label.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        double median = Statistics.Median(seconds);
        return new()
        {
            ["through"] = arguments.GetValue(Through),
            ["graph"] = options.Graph,
            ["rows"] = rows.Length,
            ["threads"] = options.IntraOpThreads,
            ["concurrentBatches"] = options.ConcurrentBatches,
            ["coldSeconds"] = coldSeconds,
            ["seconds"] = seconds,
            ["medianSeconds"] = median,
            ["rowsPerSecond"] = rows.Length / median,
            ["peakMemoryMiB"] = Statistics.PeakMemoryMiB(),
            ["operators"] = profile is null ? null : OperatorProfile.Read(profile, lastRuns: null, arguments.GetValue(ByShape)),
        };
    }
}
