using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class PretrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PretrainerTests()
    {
        File.WriteAllText(_folder["text.txt"], PretrainingTestText.Write(documents: 30, sentences: 5));
        PretrainingTestText.Tokenizer().Save(_folder["start"]);
        new BertConfig
        {
            VocabSize = PretrainingTestText.Tokenizer().Vocabulary.Count, HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2,
            IntermediateSize = 32, MaxPositionEmbeddings = 64,
        }.Save(new ModelFolder(_folder["start"]).ConfigPath, Heads.Encoder);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SentenceTask.None, "BertForMaskedLM")]
    [InlineData(SentenceTask.SameContent, "BertForPreTraining")]
    public void A_run_lowers_the_loss_and_ends_in_a_folder_to_fine_tune(SentenceTask task, string architecture)
    {
        TrainedModel result = TrainingRun.Execute(Options("out") with { SentenceTask = task, Dropout = 0 });

        double[] losses = [.. result.Outcome.Epochs.Select(epoch => epoch.Metrics.Loss)];
        Assert.Equal(3, losses.Length);
        Assert.True(losses[2] < losses[0], string.Join(", ", losses));
        BertConfig config = result.Folder.LoadConfig();
        Assert.Equal(architecture, config.Architecture);
        Assert.Equal(0.1f, config.HiddenDropoutProb);
        Assert.False(Directory.Exists(Path.GetDirectoryName(result.Folder.OnnxPath)));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(result.Folder.MetricsPath));
        Assert.Equal("pretrain", metrics.RootElement.GetProperty("task").GetString());
        Assert.Equal(task != SentenceTask.None, metrics.RootElement.GetProperty("best").TryGetProperty("sentenceAccuracy", out _));

        // What was learned is what fine-tuning begins with, the pooler where there is one.
        using ICheckpoint weights = result.Folder.OpenWeights();
        (_, LoadReport report) = ParameterSet.Load(weights, config with { Labels = ["a", "b"] }, Heads.Classes, replaceHead: true);
        Assert.Equal(task == SentenceTask.None, report.Initialized.Contains("bert.pooler.dense.weight"));
        Assert.Contains("bert.encoder.layer.0.output.dense.weight", report.Loaded);
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_weights()
    {
        PretrainingOptions options = Options("whole") with { SentenceTask = SentenceTask.SentenceOrder };
        TrainingRun.Execute(options);
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAfter(13, cancellation) };
        Assert.Throws<OperationCanceledException>(() =>
            TrainingRun.Execute(options with { OutputPath = _folder["broken"] }, environment, cancellation.Token));

        TrainingRun.Execute(options with { OutputPath = _folder["broken"], Resume = true });

        Assert.Equal(File.ReadAllBytes(_folder["whole/model.safetensors"]), File.ReadAllBytes(_folder["broken/model.safetensors"]));
    }

    [Fact]
    public void A_run_is_not_resumed_with_other_text()
    {
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAfter(3, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Options("out"), environment, cancellation.Token));
        File.AppendAllText(_folder["text.txt"], "\nThe cat sees the fish.\n");

        var error = Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(Options("out") with { Resume = true }));

        Assert.Contains("other training data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_not_resumed_with_a_model_that_computes_something_else()
    {
        using var cancellation = new CancellationTokenSource();
        var environment = new TrainingEnvironment { Progress = new CancelAfter(3, cancellation) };
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Execute(Options("out"), environment, cancellation.Token));
        string path = new ModelFolder(_folder["start"]).ConfigPath;
        (BertConfig.Load(path) with { NumAttentionHeads = 4 }).Save(path, Heads.Encoder);

        var error = Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(Options("out") with { Resume = true }));

        Assert.Contains("a model whose config.json says something else", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_models_weights_are_adapted()
    {
        TrainingRun.Execute(Options("first"));

        TrainedModel second = TrainingRun.Execute(Options("second") with { ModelPath = _folder["first"], FromScratch = false, Updates = 10 });

        Assert.True(second.Outcome.Best.Loss < 3.5, $"{second.Outcome.Best.Loss}");
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Contains("option mask-rate: 1", Error(options => options with { Masking = new MaskingOptions { Rate = 1 } }), StringComparison.Ordinal);
        Assert.Contains("option updates: 0", Error(options => options with { Updates = 0 }), StringComparison.Ordinal);
        Assert.Contains("option max-length: 65", Error(options => options with { MaxLength = 65 }), StringComparison.Ordinal);
        Assert.Contains("option dropout: 1", Error(options => options with { Dropout = 1 }), StringComparison.Ordinal);
        Assert.Contains("no such file or folder", Error(options => options with { TextPaths = [_folder["absent"]] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_sentence_is_asked_for_in_several_documents_alone()
    {
        PretrainingOptions options = Options("out") with { SentenceTask = SentenceTask.NextSentence, Updates = 20 };
        File.WriteAllText(_folder["one.txt"], PretrainingTestText.Write(documents: 1, sentences: 40));
        File.WriteAllText(_folder["two.txt"], PretrainingTestText.Write(documents: 2, sentences: 40));

        var error = Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(
            options with { TextPaths = [_folder["one.txt"]], ValidationPaths = [_folder["two.txt"]] }));
        var logger = new ListLogger();
        TrainingRun.Execute(options with { ValidationPaths = [_folder["one.txt"]] }, new TrainingEnvironment { Logger = logger });

        Assert.Contains("one.txt: the text to learn from is one document", error.Message, StringComparison.Ordinal);
        Assert.Contains(logger.Entries, entry => entry.Message.Contains("The text to judge by is one document", StringComparison.Ordinal));
    }

    private string Error(Func<PretrainingOptions, PretrainingOptions> change) =>
        Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(change(Options("out")))).Message;

    private PretrainingOptions Options(string output) => new()
    {
        ModelPath = _folder["start"],
        OutputPath = _folder[output],
        TextPaths = [_folder["text.txt"]],
        ValidationFraction = 0.2,
        FromScratch = true,
        Updates = 60,
        EvaluateEvery = 20,
        Optimization = PretrainingOptions.DefaultOptimization with { BatchSize = 8, LearningRate = 1e-2, CheckpointEvery = TimeSpan.Zero },
    };

    private sealed class CancelAfter(int updates, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Update == updates)
                cancellation.Cancel();
        }
    }
}
