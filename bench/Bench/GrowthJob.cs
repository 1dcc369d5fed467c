using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Bench;

/// <summary>
/// Measures how cost grows with length, batch, rows and model size; prints tables and draws a plot. The cost of a pair is
/// processor time, summed over the processors and taken with threads that sleep while they wait, so that other work on the
/// machine changes it little.
/// </summary>
internal static class GrowthJob
{
    private const int Rounds = 3;

    private static readonly Option<string?> Svg = new("--svg") { Description = "Where to draw time against length." };
    private static readonly Option<int> MostRows = new("--most-rows") { Description = "The longest stream that is scored.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly BertConfig Mini = new() { NumHiddenLayers = 4, HiddenSize = 256, NumAttentionHeads = 4, IntermediateSize = 1024 };

    public static Command Command()
    {
        var command = new Command("growth", "Measures how cost grows.") { Svg, MostRows };
        command.SetAction(arguments =>
        {
            // First, for the peak of memory is the process's.
            ByRows(arguments.GetValue(MostRows));
            ByLength(arguments.GetValue(Svg));
            ByBatch();
            ByModel();
        });
        return command;
    }

    private static void ByLength(string? svg)
    {
        int[] lengths = [16, 32, 64, 128, 256, 512];
        using var model = new RandomModel(Mini);
        (double X, double Y)[] scoring = [.. lengths.Select(length => ((double)length, Score(model, Rows(model, 4096 / length * 2, length)) * 1000))];
        (double X, double Y)[] training = [.. lengths.Select(length => ((double)length, Train(Mini, 4096 / length, length) * 1000))];
        Print("tokens a pair", ["scoring, processor ms a pair", "training, processor ms a pair"], lengths.Select((length, i) => (Number(length), new[] { scoring[i].Y, training[i].Y })));
        if (svg is not null)
            File.WriteAllText(svg, LogChart.Draw("Processor time of one pair against its length, L4-H256", "tokens a pair", "milliseconds", [("training", training), ("scoring", scoring)]));
    }

    private static void ByBatch()
    {
        const int Length = 64;
        using var model = new RandomModel(Mini);
        Print("pairs of 64 tokens a batch", ["scoring, processor ms a pair", "training, processor ms a pair"], ((int[])[1, 4, 16, 64, 256]).Select(batch =>
            (Number(batch), new[] { Score(model, Rows(model, batch, Length), batch * Length) * 1000, Train(Mini, batch, Length) * 1000 })));
    }

    private static void ByModel()
    {
        const int Length = 128;
        BertConfig[] sizes =
        [
            new() { NumHiddenLayers = 2, HiddenSize = 128, NumAttentionHeads = 2, IntermediateSize = 512 },
            Mini,
            new() { NumHiddenLayers = 4, HiddenSize = 512, NumAttentionHeads = 8, IntermediateSize = 2048 },
            new() { NumHiddenLayers = 8, HiddenSize = 512, NumAttentionHeads = 8, IntermediateSize = 2048 },
            new(),
        ];
        Print("model, pairs of 128 tokens", ["parameters, millions", "scoring, processor ms a pair", "training, processor ms a pair"], sizes.Select(config =>
        {
            using var model = new RandomModel(config);
            double parameters = BertParameters.For(config, Heads.Classes).Sum(spec => (double)spec.Count) / 1e6;
            double[] figures = [parameters, Score(model, Rows(model, 32, Length)) * 1000, Train(config, 16, Length) * 1000];
            return ($"L{config.NumHiddenLayers}-H{config.HiddenSize}", figures);
        }));
    }

    /// <summary>A stream, so that memory does not depend on its length.</summary>
    private static void ByRows(int most)
    {
        using var model = new RandomModel(Mini with { NumHiddenLayers = 2, HiddenSize = 128, NumAttentionHeads = 2, IntermediateSize = 512, VocabSize = 8000 });
        using PairClassifier classifier = PairClassifier.Load(model.FolderPath, new ScoringOptions { ConfigureSession = SleepWhileWaiting });
        TextRow[] rows = Rows(model, 1000, 24);
        var lines = new List<(string, double[])>();
        for (int count = 1000; count <= most; count *= 10)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            int scored = classifier.ScoreStream(Enumerable.Range(0, count).Select(i => new TextPair(rows[i % rows.Length].Sentence1, rows[i % rows.Length].Sentence2))).Count();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double busy = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
            lines.Add((Number(scored), [seconds, busy, busy / scored * 1000, Statistics.PeakMemoryMiB() ?? double.NaN]));
        }
        Print("rows of 24 tokens, L2-H128", ["seconds", "processor seconds", "processor ms a row", "process's peak memory, MiB"], lines);
    }

    private static TextRow[] Rows(RandomModel model, int count, int tokens)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => model.Pair(tokens, random))];
    }

    /// <summary>Seconds a row.</summary>
    private static double Score(RandomModel model, TextRow[] rows, int batchTokens = 2048)
    {
        using PairClassifier classifier = PairClassifier.Load(model.FolderPath, new ScoringOptions { MaxBatchTokens = batchTokens, ConfigureSession = SleepWhileWaiting });
        TextPair[] pairs = Array.ConvertAll(rows, row => new TextPair(row.Sentence1, row.Sentence2));
        return Time(() => classifier.ScoreBatch(pairs)) / rows.Length;
    }

    /// <summary>Seconds a row of a whole step.</summary>
    private static double Train(BertConfig config, int batch, int length)
    {
        ParameterSet parameters = ParameterSet.Initialize(config, Heads.Classes, seed: 1);
        OptimizerOptions optimizer = OptimizerOptions.For(parameters.Specs, new TrainingOptions());
        using var engine = new OnnxRuntimeEngine(parameters, optimizer, new OnnxRuntimeEngineOptions { ConfigureSession = SleepWhileWaiting });
        float[] rates = [.. optimizer.Groups.Select(_ => 2e-5f)];
        PackedBatch[] batches = [.. MicroBatch.Split(TokenRow.Random(batch, length, config.VocabSize), new TrainingOptions().MicroBatchTokens, config, masked: false)];
        ulong seed = 0;
        return Time(() =>
        {
            foreach (PackedBatch part in batches)
                engine.ForwardBackward(part, 1f / batch, seed++);
            engine.Apply(rates, 1);
        }) / batch;
    }

    internal static void SleepWhileWaiting(SessionOptions session) => session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

    private static double Time(Action action)
    {
        action();
        var seconds = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            action();
            seconds.Add((Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
        return Statistics.Median(seconds);
    }

    private static void Print(string first, string[] columns, IEnumerable<(string Name, double[] Figures)> rows)
    {
        Console.WriteLine($"| {first} | {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Length + 1))}");
        foreach ((string name, double[] figures) in rows)
            Console.WriteLine($"| {name} | {string.Join(" | ", figures.Select(Number))} |");
        Console.WriteLine();
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : value >= 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
