using System.CommandLine;
using System.Diagnostics;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Bench;

/// <summary>Times whole training steps: masks, forward, backward, clipping, AdamW.</summary>
internal static class TrainingStepJob
{
    private static readonly Option<string?> Rows = new("--rows") { Description = "JSON lines with ids and typeIds, as 'bertmlnet tokenize --json' writes them; batches follow their order." };
    private static readonly Option<int> Length = new("--length") { Description = "Tokens a row, where there is no file.", DefaultValueFactory = _ => 128 };
    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Rows a step.", DefaultValueFactory = _ => 32 };
    private static readonly Option<int> MicroBatchTokens = new("--micro-batch-tokens") { Description = "See the train command.", DefaultValueFactory = _ => new TrainingOptions().MicroBatchTokens };
    private static readonly Option<int> Steps = new("--steps") { DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Warmup = new("--warmup") { DefaultValueFactory = _ => 3 };
    private static readonly Option<int?> Threads = new("--threads");
    private static readonly Option<string> Head = new("--head") { Description = "pair or mlm.", DefaultValueFactory = _ => "pair" };
    private static readonly Option<bool> Profile = new("--profile") { Description = "Adds the time of each operator." };

    private static readonly Option<string[]> Config = new("--config") { Description = "A setting of ONNX Runtime's session, NAME=VALUE.", DefaultValueFactory = _ => [] };
    private static readonly Option<bool> ByShape = new("--by-shape") { Description = "With --profile: an operator's time for each shape of its inputs." };

    public static Command Command()
    {
        var command = new Command("train-step", "Times training steps of a model with random weights.")
        {
            Rows, Length, BatchSize, MicroBatchTokens, Steps, Warmup, Threads, Head, Profile, ByShape, Config,
        };
        ModelOptions.AddTo(command);
        command.SetAction(arguments => JsonOutput.Print(Run(arguments)));
        return command;
    }

    private static Dictionary<string, object?> Run(ParseResult arguments)
    {
        bool masked = arguments.GetValue(Head) == "mlm";
        BertConfig config = ModelOptions.Read(arguments);
        TokenRow[] rows = arguments.GetValue(Rows) is { } path
            ? TokenRow.Read(path, config.MaxPositionEmbeddings)
            : TokenRow.Random(4096, arguments.GetValue(Length), config.VocabSize);
        int batchSize = arguments.GetValue(BatchSize);
        TokenRow[][] updates = [.. rows.Chunk(batchSize).Where(chunk => chunk.Length == batchSize)];

        ParameterSet parameters = ParameterSet.Initialize(config, masked ? Heads.MaskedTokens : Heads.Classes, seed: 1);
        OptimizerOptions optimizer = OptimizerOptions.For(parameters.Specs, new TrainingOptions());
        string? profile = arguments.GetValue(Profile) ? Path.Combine(Path.GetTempPath(), $"bertmlnet-bench-{Environment.ProcessId}") : null;
        var engineOptions = new OnnxRuntimeEngineOptions
        {
            Threads = arguments.GetValue(Threads),
            ConfigureSession = session =>
            {
                OperatorProfile.Enable(session, profile);
                foreach (string setting in arguments.GetValue(Config)!)
                    session.AddSessionConfigEntry(setting.Split('=')[0], setting.Split('=')[1]);
            },
        };

        int warmup = arguments.GetValue(Warmup), steps = arguments.GetValue(Steps);
        var seconds = new List<double>();
        double optimizerSeconds = 0;
        long tokens = 0;
        string description;
        using (var engine = new OnnxRuntimeEngine(parameters, optimizer, engineOptions))
        {
            description = engine.Description;
            float[] rates = [.. optimizer.Groups.Select(_ => 2e-5f)];
            for (int step = 0; step < warmup + steps; step++)
            {
                PackedBatch[] batches = [.. MicroBatch.Split(updates[step % updates.Length], arguments.GetValue(MicroBatchTokens), config, masked)];
                var scale = (float)(1 / batches.Sum(batch => batch.Targets!.TotalWeight));
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < batches.Length; i++)
                    engine.ForwardBackward(batches[i], scale, (ulong)(step * 1000 + i));
                long middle = Stopwatch.GetTimestamp();
                engine.Apply(rates, 1);
                if (step < warmup)
                    continue;
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                optimizerSeconds += Stopwatch.GetElapsedTime(middle).TotalSeconds;
                tokens += batches.Sum(batch => batch.TokenCount);
            }
        }
        double median = Statistics.Median(seconds);
        return new()
        {
            ["engine"] = description,
            ["threads"] = arguments.GetValue(Threads) ?? Environment.ProcessorCount,
            ["layers"] = config.NumHiddenLayers,
            ["hidden"] = config.HiddenSize,
            ["batchSize"] = batchSize,
            ["seconds"] = seconds,
            ["medianSeconds"] = median,
            ["optimizerSeconds"] = optimizerSeconds / steps,
            ["pairsPerSecond"] = batchSize / median,
            ["tokensPerSecond"] = tokens / seconds.Sum(),
            ["peakMemoryMiB"] = Statistics.PeakMemoryMiB(),
            ["operators"] = profile is null ? null : OperatorProfile.Read(profile, steps, arguments.GetValue(ByShape)),
        };
    }
}
