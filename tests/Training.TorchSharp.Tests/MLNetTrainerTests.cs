using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Training.Tests;

/// <summary>TorchSharp as the engine of an ML.NET trainer.</summary>
public sealed class MLNetTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public MLNetTrainerTests() => GeneratedPairs.Write(_folder.Path, training: 160, heldOut: 40);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trainer_takes_the_engine_that_its_options_name()
    {
        float[] torchSharp = Scores("torchsharp", new TorchSharpOptions());
        float[] onnxRuntime = Scores("onnxruntime", new OnnxRuntimeEngineOptions());
        float[] usual = Scores("usual", engine: null);

        Assert.Contains("torchsharp", File.ReadAllText(new ModelFolder(_folder["torchsharp"]).MetricsPath), StringComparison.Ordinal);
        Assert.DoesNotContain("torchsharp", File.ReadAllText(new ModelFolder(_folder["onnxruntime"]).MetricsPath), StringComparison.Ordinal);
        Assert.Equal(40, torchSharp.Length);
        Assert.Equal(onnxRuntime, usual);
        Assert.Equal(onnxRuntime, torchSharp, (a, b) => MathF.Abs(a - b) < 1e-3f);
    }

    [Fact]
    public void A_device_that_is_not_there_is_an_error_of_Fit()
    {
        IDataView train = Read(_folder["train.tsv"]);
        MLContext mlContext = _mlContext;
        string modelPath = Path.Combine(Repository.Root, "models", "bertmlnet-mini-en");
        var device = new ComputeDevice(99);

        var trainer = mlContext.MulticlassClassification.Trainers.BertPairClassification(new BertPairTrainerOptions
        {
            ModelPath = modelPath,
            Environment = new() { Engine = new TorchSharpOptions { Device = device, Bfloat16 = true } },
        });

        Assert.Contains("'cuda:99'", Assert.Throws<BertMLNetException>(() => trainer.Fit(train)).Message, StringComparison.Ordinal);
    }

    private float[] Scores(string output, TrainingEngineOptions? engine)
    {
        BertPairTrainer trainer = _mlContext.MulticlassClassification.Trainers.BertPairClassification(new BertPairTrainerOptions
        {
            ModelPath = _folder["start"],
            OutputPath = _folder[output],
            FromScratch = true,
            ValidationSet = Read(_folder["heldout.tsv"]),
            Optimization = new() { Epochs = 2, BatchSize = 32, LearningRate = 2e-4, Seed = 1 },
            Environment = engine is null ? new() : new() { Engine = engine },
        });
        using BertTransformer bert = trainer.Fit(Read(_folder["train.tsv"]));
        return [.. bert.Transform(Read(_folder["heldout.tsv"])).GetColumn<float[]>("Score").Select(score => score[1])];
    }

    private IDataView Read(string path) => _mlContext.Data.LoadFromTextFile(
        path,
        [new("Sentence1", DataKind.String, 0), new("Sentence2", DataKind.String, 1), new("Label", DataKind.String, 2)],
        hasHeader: true);
}
