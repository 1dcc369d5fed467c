using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BertMLNet.AspNetCore;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;

namespace BertMLNet.Bench;

/// <summary>
/// A service under load from many clients on the same processors, each of which asks again when it is answered: beside the scorer's own
/// batches, and beside a service over a <see cref="BertPredictionPool{TData, TPrediction}"/>, one row a run.
/// </summary>
internal static class ServeJob
{
    private static readonly Option<string> Model = new("--model") { Description = "The model folder.", Required = true };
    private static readonly Option<string> Rows = new("--rows") { Description = "JSON lines with sentence1 and sentence2.", Required = true };
    private static readonly Option<int> Clients = new("--clients") { DefaultValueFactory = _ => 50 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "How long each is under load.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> MaxWait = new("--max-wait") { Description = "Milliseconds.", DefaultValueFactory = _ => 2 };

    public static Command Command()
    {
        var command = new Command("serve", "Puts a service under load.") { Model, Rows, Clients, Seconds, MaxWait };
        command.SetAction(async (arguments, stop) => JsonOutput.Print(await RunAsync(arguments, stop)));
        return command;
    }

    private static async Task<Dictionary<string, object?>> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        TextRow[] rows = [.. File.ReadLines(arguments.GetRequiredValue(Rows)).Select(line => JsonSerializer.Deserialize<TextRow>(line, JsonSerializerOptions.Web)!)];
        string model = arguments.GetRequiredValue(Model);
        int clients = arguments.GetValue(Clients);
        TimeSpan time = TimeSpan.FromSeconds(arguments.GetValue(Seconds));
        (double batchRate, string[] labels) = ScoreInBatches(model, rows, time / 3);

        Load pool = await UnderLoadAsync(
            builder => builder.Services.AddSingleton(_ => CreatePool(model)),
            app => app.MapPost("/predict", (TextRow row, BertPredictionPool<TextRow, Prediction> engines) => engines.Predict(row)),
            row => row, answer => answer.GetProperty("predictedLabel").GetString(), rows, labels, clients, time, stop);
        Load batched = await UnderLoadAsync(
            builder => builder.Services.AddBertPairClassifier(model, options => options.MaxWait = TimeSpan.FromMilliseconds(arguments.GetValue(MaxWait))),
            app => app.MapBert(), Ask, Label, rows, labels, clients, time, stop);
        Load full = await UnderLoadAsync(
            builder => builder.Services.AddBertPairClassifier(model, options => options.MaxRequests = Math.Max(1, clients / 10)),
            app => app.MapBert(), Ask, Label, rows, labels, clients, time / 3, stop);
        return new()
        {
            ["clients"] = clients,
            ["batchRowsPerSecond"] = batchRate,
            ["service"] = batched.Describe(),
            ["pool"] = pool.Describe(),
            ["tenthOfTheRoom"] = full.Describe(),
            ["serviceOverBatches"] = batched.Rate / batchRate,
            ["poolOverBatches"] = pool.Rate / batchRate,
            ["p99OverPools"] = batched.Percentile(0.99) / pool.Percentile(0.99),
        };
    }

    private static object Ask(TextRow row) => new { inputs = new[] { row.Sentence1, row.Sentence2 } };

    private static string? Label(JsonElement answer) => answer[0].GetProperty("label").GetString();

    private static (double Rate, string[] Labels) ScoreInBatches(string model, TextRow[] rows, TimeSpan time)
    {
        using PairClassifier classifier = PairClassifier.Load(
            model, new ScoringOptions { ConcurrentBatches = Environment.ProcessorCount, IntraOpThreads = 1 });
        TextPair[] pairs = Array.ConvertAll(rows, row => new TextPair(row.Sentence1, row.Sentence2));
        string[] labels = Array.ConvertAll(classifier.ScoreBatch(pairs), pair => pair.Label);
        long started = Stopwatch.GetTimestamp();
        int rounds = 0;
        for (; Stopwatch.GetElapsedTime(started) < time; rounds++)
            classifier.ScoreBatch(pairs);
        return ((double)rounds * rows.Length / Stopwatch.GetElapsedTime(started).TotalSeconds, labels);
    }

    private static BertPredictionPool<TextRow, Prediction> CreatePool(string model)
    {
        var context = new MLContext();
        IDataView noRows = context.Data.LoadFromEnumerable(Array.Empty<TextRow>());
        return new(context, context.BertPairClassify(new() { ModelPath = model }).Fit(noRows));
    }

    private static async Task<Load> UnderLoadAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, Func<TextRow, object> ask, Func<JsonElement, string?> read,
        TextRow[] rows, string[] labels, int clients, TimeSpan time, CancellationToken stop)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        add(builder);
        await using WebApplication app = builder.Build();
        map(app);
        await app.StartAsync(stop);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = new Uri(app.Urls.Single()) };
        var load = new Load();
        await load.RunAsync(clients, time / 10, AskAsync);
        load.Begin();
        await load.RunAsync(clients, time, AskAsync);
        load.End();
        return load;

        async Task<bool?> AskAsync(int number)
        {
            int row = number % rows.Length;
            using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", ask(rows[row]), stop);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return null;
            response.EnsureSuccessStatusCode();
            return read(await response.Content.ReadFromJsonAsync<JsonElement>(stop)) == labels[row];
        }
    }

    /// <summary>What clients saw, and what the process held before and after.</summary>
    private sealed class Load
    {
        private readonly Lock _gate = new();
        private readonly List<double> _seconds = [];
        private readonly List<(double MiB, int Handles)> _held = [];
        private int _next;
        private long _wrong;
        private long _refused;
        private double _elapsed;

        public double Rate => _seconds.Count / _elapsed;

        public double Percentile(double share)
        {
            double[] sorted = [.. _seconds.Order()];
            return sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];
        }

        public void Begin()
        {
            _seconds.Clear();
            (_wrong, _refused) = (0, 0);
            _held.Add(Held());
        }

        public void End() => _held.Add(Held());

        public async Task RunAsync(int clients, TimeSpan time, Func<int, Task<bool?>> ask)
        {
            long started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < time)
                {
                    long asked = Stopwatch.GetTimestamp();
                    bool? right = await ask(Interlocked.Increment(ref _next));
                    double seconds = Stopwatch.GetElapsedTime(asked).TotalSeconds;
                    lock (_gate)
                    {
                        if (right is null)
                            _refused++;
                        else
                            _seconds.Add(seconds);
                        _wrong += right == false ? 1 : 0;
                    }
                    if (right is null)
                        await Task.Delay(20);
                }
            })));
            _elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        public Dictionary<string, object?> Describe() => new()
        {
            ["rowsPerSecond"] = Rate,
            ["p50Milliseconds"] = 1000 * Percentile(0.5),
            ["p99Milliseconds"] = 1000 * Percentile(0.99),
            ["wrongRows"] = _wrong,
            ["refused"] = _refused,
            ["memoryMiB"] = _held.Select(held => held.MiB).ToArray(),
            ["handles"] = _held.Select(held => held.Handles).ToArray(),
        };

        private static (double MiB, int Handles) Held()
        {
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            return (process.WorkingSet64 / (1024.0 * 1024), process.HandleCount);
        }
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
