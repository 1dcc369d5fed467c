using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

public sealed class PairFineTunerTests : IDisposable
{
    private static readonly TrainingOptions Training = new()
    {
        Epochs = 3, BatchSize = 16, LearningRate = 3e-3, MicroBatchTokens = 512, CheckpointEvery = TimeSpan.Zero,
    };

    private readonly TemporaryFolder _folder = new();

    public PairFineTunerTests()
    {
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "blue", "green", "small", "large", "box", "ball", "the", "is"];
        new WordPieceTokenizer(new Vocabulary(words)).Save(_folder["start"]);
        new BertConfig
        {
            VocabSize = words.Length, HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32, MaxPositionEmbeddings = 32,
        }.Save(new ModelFolder(_folder["start"]).ConfigPath, Heads.Classes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_ends_in_a_whole_model_folder()
    {
        TrainedModel result = TrainingRun.Execute(Options("out"));

        Assert.Equal(
            [
                "README.md", "config.json", "model.safetensors", "onnx/model.onnx", "onnx/model_optimized.onnx", "special_tokens_map.json", "tokenizer.json",
                "tokenizer_config.json", "training/metrics.json", "training/report.html",
                $"training/state-{result.Outcome.Updates:D9}.ckpt", "vocab.txt",
            ],
            Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(_folder["out"], path).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal(["different", "same"], result.Folder.LoadConfig().Labels);
        Assert.Equal(new ClassificationSettings { MaxLength = 24, SentencePairs = true }, result.Folder.LoadConfig().Classification);
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(result.Folder.MetricsPath));
        Assert.Equal(result.Outcome.Best.Primary, metrics.RootElement.GetProperty("best").GetProperty("accuracy").GetDouble());
        Assert.Equal(3, metrics.RootElement.GetProperty("epochs").GetArrayLength());
        Assert.InRange(metrics.RootElement.GetProperty("largestExportDifference").GetDouble(), 0, 1e-4);
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_files()
    {
        TrainingRun.Execute(Options("whole"));
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAt(7, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Options("broken"), environment, cancellation.Token));

        TrainingRun.Execute(Options("broken") with { Resume = true });

        foreach (string file in new[] { "model.safetensors", "config.json", "onnx/model.onnx", "vocab.txt", "README.md" })
            Assert.Equal(File.ReadAllBytes(_folder[$"whole/{file}"]), File.ReadAllBytes(_folder[$"broken/{file}"]));
    }

    /// <summary>The thresholds of labels are chosen anew where the checkpoint knows the figures alone: here the last epoch was judged before.</summary>
    [Theory]
    [InlineData(PairProblem.Labels)]
    [InlineData(PairProblem.Value)]
    [InlineData(PairProblem.Relevance)]
    public void Whatever_is_learned_a_run_that_goes_on_ends_in_the_same_files(PairProblem problem)
    {
        TrainingRun.Execute(Learning("whole"));
        using var cancellation = new CancellationTokenSource();
        long updates = 0;
        var watch = new TrainingEnvironment { Progress = new Watch(progress => updates = Math.Max(updates, progress.Update)) };
        TrainingRun.Execute(Learning("counted"), watch);
        var environment = new TrainingEnvironment { Progress = new CancelAt(updates - 1, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Learning("broken"), environment, cancellation.Token));

        TrainingRun.Execute(Learning("broken") with { Resume = true });

        foreach (string file in new[] { "model.safetensors", "config.json", "onnx/model.onnx", "README.md" })
            Assert.Equal(File.ReadAllBytes(_folder[$"whole/{file}"]), File.ReadAllBytes(_folder[$"broken/{file}"]));
        Assert.Equal(problem == PairProblem.Labels, BertConfig.Load(_folder["whole/config.json"]).Classification!.Thresholds is not null);

        PairFineTuningOptions Learning(string output) => Options(output) with
        {
            Problem = problem,
            ThresholdPerLabel = true,
            Training = () => new PairsInMemory("pairs", Pairs().Select(pair => (pair.Item1, pair.Item2, (problem, pair.Item3) switch
            {
                (PairProblem.Labels, "same") => "same,alike",
                (PairProblem.Labels, _) => "different",
                (_, "same") => "1",
                _ => "0",
            }))),
        };
    }

    [Fact]
    public void A_new_head_begins_with_the_mean_of_the_values_and_one_of_a_value_goes_on()
    {
        PairFineTuningOptions options = Options("first") with
        {
            Problem = PairProblem.Value,
            Optimization = Training with { Epochs = 1, LearningRate = 1e-9 },
            Training = () => new PairsInMemory("pairs", Pairs().Select((pair, i) => (pair.Item1, pair.Item2, i % 2 == 0 ? "2.5" : "4.5"))),
        };
        float bias = BiasOf(TrainingRun.Execute(options).Folder);
        Assert.Equal(3.5f, bias, 0.05f);

        ModelFolder second = TrainingRun.Execute(options with
        {
            ModelPath = _folder["first"],
            OutputPath = _folder["second"],
            FromScratch = false,
            Training = () => new PairsInMemory("pairs", Pairs().Select((pair, i) => (pair.Item1, pair.Item2, i % 2 == 0 ? "7" : "9"))),
        }).Folder;
        Assert.Equal(bias, BiasOf(second), 1e-6f);

        static float BiasOf(ModelFolder folder) => folder.LoadParameters().Parameters["classifier.bias"][0];
    }

    [Fact]
    public void Graphs_of_older_weights_do_not_stay_beside_new_ones()
    {
        ModelFolder folder = TrainingRun.Execute(Options("out")).Folder;
        foreach (string graph in folder.GraphPaths)
            File.WriteAllText(graph, "old");

        TrainingRun.Execute(Options("out") with { Optimization = Training with { Seed = 2 }, Overwrite = true });

        Assert.Equal([folder.OnnxPath, folder.OptimizedOnnxPath], folder.GraphPaths.Where(File.Exists));
        Assert.NotEqual("old", File.ReadAllText(folder.OnnxPath));
    }

    [Fact]
    public void An_unfinished_run_is_known_by_its_folder()
    {
        Assert.False(TrainingRun.IsUnfinished(_folder["out"]));
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAt(7, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Options("out"), environment, cancellation.Token));
        Assert.True(TrainingRun.IsUnfinished(_folder["out"]));
        TrainingRun.Execute(Options("out") with { Resume = true });
        Assert.False(TrainingRun.IsUnfinished(_folder["out"]));
    }

    [Fact]
    public void The_model_to_start_from_is_not_overwritten_by_another_name()
    {
        Directory.CreateSymbolicLink(_folder["link"], _folder["start"]);
        Assert.Contains(
            "the output folder is the model to start from",
            Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(Options("link") with { Overwrite = true })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_not_resumed_with_a_model_that_computes_something_else()
    {
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAt(2, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Options("out"), environment, cancellation.Token));
        string path = new ModelFolder(_folder["start"]).ConfigPath;
        (BertConfig.Load(path) with { HiddenAct = Activation.Relu }).Save(path, Heads.Classes);

        var error = Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(Options("out") with { Resume = true }));

        Assert.Contains("the run began with a model whose config.json says something else; resume it with what it began with", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_keeps_no_run_from_its_end()
    {
        Assert.SkipUnless(ClosedFolder.IsPossible, "every folder can be read here");
        using var closed = new ClosedFolder(_folder["out/lost+found"]);

        Assert.True(File.Exists(TrainingRun.Execute(Options("out")).Folder.ReportPath));
    }

    [Fact]
    public void Data_that_cannot_be_read_twice_cost_texts_and_not_the_run()
    {
        int opened = 0;
        IEnumerable<(string, string?, string)> Once() =>
            ++opened == 1 ? Pairs() : throw new InvalidOperationException("the data base is gone");

        TrainedModel result = TrainingRun.Execute(Options("out") with { Training = () => new PairsInMemory("pairs", Once()), Optimization = Training with { Epochs = 1 } });

        Assert.Equal(2, opened);
        Assert.Contains("Worst errors", File.ReadAllText(result.Folder.ReportPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_rows_are_told_once()
    {
        File.WriteAllLines(_folder["pairs.tsv"], ["sentence1\tsentence2\tlabel", .. Pairs().Select(row => $"{row.Item1}\t{row.Item2}\t{row.Item3}"), "one cell", "no\tlabel\t"]);
        List<string> told = [];
        var file = new PairFileOptions { Table = new TableOptions { OnBadRow = error => told.Add(error.Message) } };

        TrainingRun.Execute(Options("out") with { Training = () => PairFile.Open(_folder["pairs.tsv"], file), Optimization = Training with { Epochs = 1 } });

        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void No_more_tokens_go_through_the_model_at_once_than_the_run_allows()
    {
        var engine = new WidestBatchOptions();

        // The report looks at the worst errors; the check of the graphs takes eight examples at a time.
        TrainingRun.Execute(Options("out") with { Optimization = Training with { Epochs = 1, MicroBatchTokens = 100 } }, new() { Engine = engine });

        Assert.InRange(engine.Made!.Tokens, 1, 100);
    }

    [Fact]
    public void TensorBoard_sees_the_curves_of_a_run_and_of_one_that_was_interrupted()
    {
        var environment = new TrainingEnvironment { TensorBoard = true };
        TrainedModel whole = TrainingRun.Execute(Options("whole"), environment);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            TrainingRun.Execute(Options("broken"), environment with { Progress = new CancelAt(7, cancellation) }, cancellation.Token));
        TrainingRun.Execute(Options("broken") with { Resume = true }, environment);

        Dictionary<string, SortedDictionary<long, float>> curves = TensorBoardEvents.Read(_folder["whole/training/tensorboard"]);
        Assert.Equal(
            [
                "train/gradient_norm", "train/learning_rate", "train/loss",
                "validation/accuracy", "validation/f1", "validation/loss", "validation/matthews",
            ],
            curves.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, (int)whole.Outcome.Updates).Select(update => (long)update), curves["train/loss"].Keys);
        Assert.All(curves["train/gradient_norm"].Values, norm => Assert.True(norm > 0));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(whole.Folder.MetricsPath));
        Assert.Equal(
            metrics.RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("accuracy").GetSingle()),
            curves["validation/accuracy"].Values);

        Dictionary<string, SortedDictionary<long, float>> resumed = TensorBoardEvents.Read(_folder["broken/training/tensorboard"]);
        Assert.Equal(curves["train/loss"], resumed["train/loss"]);
        Assert.Equal(curves["validation/loss"], resumed["validation/loss"]);

        TrainingRun.Execute(Options("whole") with { Overwrite = true }, environment);
        Assert.Single(Directory.GetFiles(_folder["whole/training/tensorboard"]));
    }

    [Fact]
    public void Fine_tuning_goes_on_from_a_models_weights_and_keeps_its_order_of_classes()
    {
        TrainingRun.Execute(Options("first"));
        ModelFolder first = new(_folder["first"]);
        BertConfig swapped = first.LoadConfig() with { Labels = ["same", "different"] };
        swapped.Save(first.ConfigPath, Heads.Classes);

        TrainedModel second = TrainingRun.Execute(
            Options("second") with { ModelPath = _folder["first"], FromScratch = false, Optimization = Training with { Epochs = 1, LearningRate = 1e-9 } });

        Assert.Equal(["same", "different"], second.Folder.LoadConfig().Labels);
        using ICheckpoint before = first.OpenWeights();
        using ICheckpoint after = second.Folder.OpenWeights();
        float[] start = new float[16 * 16], end = new float[16 * 16];
        before.Read("bert.pooler.dense.weight", start);
        after.Read("bert.pooler.dense.weight", end);
        Assert.All(start.Zip(end), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void What_is_wrong_is_said_before_anything_is_trained()
    {
        Assert.Contains("expected 5 to the model's max_position_embeddings of 32", Refusal(Options("out") with { MaxLength = 33 }), StringComparison.Ordinal);
        Assert.Contains("the metric 'bleu' is unknown", Refusal(Options("out") with { Metric = "bleu" }), StringComparison.Ordinal);
        Assert.Contains("there is no class 'maybe'", Refusal(Options("out") with { ClassWeights = new Dictionary<string, float> { ["maybe"] = 2 } }), StringComparison.Ordinal);
        Assert.Contains("the folder holds no weights", Refusal(Options("out") with { FromScratch = false }), StringComparison.Ordinal);
        Assert.Contains("nowhere: no such file or folder", Refusal(Options("out") with { ModelPath = _folder["nowhere"] }), StringComparison.Ordinal);
        string config = new ModelFolder(_folder["start"]).ConfigPath;
        (BertConfig.Load(config) with { TypeVocabSize = 1 }).Save(config, Heads.Classes);
        Assert.Contains("\"type_vocab_size\" is 1, so the model takes single texts", Refusal(Options("out")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]), "nothing is left behind");

        static string Refusal(PairFineTuningOptions options) => Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(options)).Message;
    }

    private PairFineTuningOptions Options(string output) => new()
    {
        ModelPath = _folder["start"],
        OutputPath = _folder[output],
        Training = () => new PairsInMemory("pairs", Pairs()),
        FromScratch = true,
        MaxLength = 24,
        Optimization = Training,
    };

    private static IEnumerable<(string, string?, string)> Pairs()
    {
        string[] colours = ["red", "blue", "green"], sizes = ["small", "large"], things = ["box", "ball"];
        var random = new Random(1);
        for (int i = 0; i < 150; i++)
        {
            string colour = colours[random.Next(3)], other = colours[random.Next(3)], size = sizes[random.Next(2)], thing = things[random.Next(2)];
            yield return ($"the {size} {thing} is {colour}", $"the {other} {thing} is {size}", colour == other ? "same" : "different");
        }
    }

    private sealed class Watch(Action<TrainingProgress> watch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => watch(value);
    }

    private sealed class CancelAt(long update, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Update == update)
                cancellation.Cancel();
        }
    }
}
