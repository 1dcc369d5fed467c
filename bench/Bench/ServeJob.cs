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
    private const int Turns = 6;

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
        using PairClassifier classifier = PairClassifier.Load(
            model, new ScoringOptions { ConcurrentBatches = Environment.ProcessorCount, IntraOpThreads = 1 });
        TextPair[] pairs = Array.ConvertAll(rows, row => new TextPair(row.Sentence1, row.Sentence2));
        string[] labels = Array.ConvertAll(classifier.ScoreBatch(pairs), pair => pair.Label);
        await using Contender pool = await Contender.StartAsync(
            builder => builder.Services.AddSingleton(_ => CreatePool(model)),
            app => app.MapPost("/predict", (TextRow row, BertPredictionPool<TextRow, Prediction> engines) => engines.Predict(row)),
            row => row, answer => answer.GetProperty("predictedLabel").GetString(), rows, labels, clients);
        await using Contender service = await Contender.StartAsync(
            builder => builder.Services.AddBertPairClassifier(model, options => options.MaxWait = TimeSpan.FromMilliseconds(arguments.GetValue(MaxWait))),
            app => app.MapBert(), Ask, Label, rows, labels, clients);
        // In turns, since what else the machine does changes from minute to minute.
        var batches = new List<double>();
        for (int turn = -1; turn < Turns; turn++)
        {
            double rate = ScoreInBatches(classifier, pairs, time / Turns / 3);
            await service.RunAsync(time / Turns, stop);
            await pool.RunAsync(time / Turns, stop);
            // The first is to warm up.
            if (turn < 0)
            {
                service.Forget();
                pool.Forget();
                continue;
            }
            batches.Add(rate);
        }
        await using Contender full = await Contender.StartAsync(
            builder => builder.Services.AddBertPairClassifier(model, options => options.MaxRequests = Math.Max(1, clients / 10)),
            app => app.MapBert(), Ask, Label, rows, labels, clients);
        await full.RunAsync(time / 3, stop);
        await full.RunAsync(time / 3, stop);
        return new()
        {
            ["clients"] = clients,
            ["batchRowsPerSecond"] = Statistics.Median(batches),
            ["service"] = service.Describe(),
            ["pool"] = pool.Describe(),
            ["tenthOfTheRoom"] = full.Describe(),
            ["serviceOverBatches"] = Statistics.Median(service.Rates.Zip(batches, (rate, alone) => rate / alone)),
            ["poolOverBatches"] = Statistics.Median(pool.Rates.Zip(batches, (rate, alone) => rate / alone)),
            ["p99OverPools"] = service.Percentile(0.99) / pool.Percentile(0.99),
        };
    }

    private static object Ask(TextRow row) => new { inputs = new[] { row.Sentence1, row.Sentence2 } };

    private static string? Label(JsonElement answer) => answer[0].GetProperty("label").GetString();

    private static double ScoreInBatches(PairClassifier classifier, TextPair[] pairs, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        int rounds = 0;
        for (; Stopwatch.GetElapsedTime(started) < time; rounds++)
            classifier.ScoreBatch(pairs);
        return (double)rounds * pairs.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static BertPredictionPool<TextRow, Prediction> CreatePool(string model)
    {
        var context = new MLContext();
        IDataView noRows = context.Data.LoadFromEnumerable(Array.Empty<TextRow>());
        return new(context, context.BertPairClassify(new() { ModelPath = model }).Fit(noRows));
    }

    /// <summary>A service, its clients, what they saw, and what the process held after each turn.</summary>
    private sealed class Contender(WebApplication app, HttpClient client, Func<TextRow, object> ask, Func<JsonElement, string?> read, TextRow[] rows, string[] labels, int clients)
        : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly List<double> _seconds = [];
        private readonly List<(double MiB, int Handles)> _held = [];
        private readonly List<double> _rates = [];
        private int _next;
        private long _wrong;
        private long _refused;

        public IReadOnlyList<double> Rates => _rates;

        public static async Task<Contender> StartAsync(
            Action<WebApplicationBuilder> add, Action<WebApplication> map, Func<TextRow, object> ask, Func<JsonElement, string?> read,
            TextRow[] rows, string[] labels, int clients)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            add(builder);
            WebApplication app = builder.Build();
            map(app);
            await app.StartAsync();
            var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = new Uri(app.Urls.Single()) };
            return new Contender(app, client, ask, read, rows, labels, clients);
        }

        public void Forget()
        {
            _seconds.Clear();
            _rates.Clear();
            (_wrong, _refused) = (0, 0);
        }

        public double Percentile(double share)
        {
            double[] sorted = [.. _seconds.Order()];
            return sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];
        }

        public async Task RunAsync(TimeSpan time, CancellationToken stop)
        {
            long started = Stopwatch.GetTimestamp();
            int before = _seconds.Count;
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => AskOnAsync(started, time, stop), stop)));
            _rates.Add((_seconds.Count - before) / Stopwatch.GetElapsedTime(started).TotalSeconds);
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            _held.Add((process.WorkingSet64 / (1024.0 * 1024), process.HandleCount));
        }

        public Dictionary<string, object?> Describe() => new()
        {
            ["rowsPerSecond"] = Statistics.Median(_rates),
            ["p50Milliseconds"] = 1000 * Percentile(0.5),
            ["p99Milliseconds"] = 1000 * Percentile(0.99),
            ["wrongRows"] = _wrong,
            ["refused"] = _refused,
            ["memoryMiB"] = _held.Select(held => Math.Round(held.MiB)).ToArray(),
            ["handles"] = _held.Select(held => held.Handles).ToArray(),
        };

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
        }

        private async Task AskOnAsync(long started, TimeSpan time, CancellationToken stop)
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                int row = Interlocked.Increment(ref _next) % rows.Length;
                long asked = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", ask(rows[row]), stop);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    Interlocked.Increment(ref _refused);
                    await Task.Delay(20, stop);
                    continue;
                }
                response.EnsureSuccessStatusCode();
                bool right = read(await response.Content.ReadFromJsonAsync<JsonElement>(stop)) == labels[row];
                double seconds = Stopwatch.GetElapsedTime(asked).TotalSeconds;
                lock (_gate)
                {
                    _seconds.Add(seconds);
                    _wrong += right ? 0 : 1;
                }
            }
        }
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
