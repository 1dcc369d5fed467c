using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>Whole fine-tuning runs: what an engine makes of the data, the other makes of it, too, and goes on with.</summary>
public sealed class EnginesAgreeTests : IDisposable
{
    private static readonly TrainingEngineOptions OnnxRuntime = new OnnxRuntimeEngineOptions();
    private static readonly TrainingEngineOptions TorchSharp = new TorchSharpOptions();
    private readonly TemporaryFolder _folder = new();

    public EnginesAgreeTests() => GeneratedPairs.Write(_folder.Path, training: 640, heldOut: 100);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Losses_weights_and_metrics_of_a_run_are_the_same()
    {
        (TrainedModel onnxRuntime, double[] expected) = Run("onnxruntime", OnnxRuntime);
        (TrainedModel torchSharp, double[] actual) = Run("torchsharp", TorchSharp);

        Assert.True(expected.Length >= 50);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual).Take(50), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Equal(
            onnxRuntime.Outcome.Epochs.Select(epoch => epoch.Metrics.ToString()),
            torchSharp.Outcome.Epochs.Select(epoch => epoch.Metrics.ToString()));
        AssertSameWeights(onnxRuntime.Folder, torchSharp.Folder);
        Assert.Contains("torchsharp", File.ReadAllText(torchSharp.Folder.MetricsPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_interrupted_run_goes_on_with_the_other_engine(bool torchSharpFirst)
    {
        (TrainedModel whole, _) = Run("whole", OnnxRuntime);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run("broken", torchSharpFirst ? TorchSharp : OnnxRuntime, cancelAt: 25, cancellation));

        (TrainedModel resumed, double[] losses) = Run("broken", torchSharpFirst ? OnnxRuntime : TorchSharp);

        Assert.InRange(losses.Length, 1, whole.Outcome.Updates - 24);
        Assert.Equal(whole.Outcome.Updates, resumed.Outcome.Updates);
        Assert.Equal(whole.Outcome.Best.ToString(), resumed.Outcome.Best.ToString());
        AssertSameWeights(whole.Folder, resumed.Folder);
    }

    private (TrainedModel Result, double[] Losses) Run(
        string output, TrainingEngineOptions engine, long cancelAt = -1, CancellationTokenSource? cancellation = null)
    {
        var losses = new List<double>();
        var environment = new TrainingEnvironment
        {
            Engine = engine,
            Progress = new Watch(progress =>
            {
                if (progress.Phase != TrainingPhase.Training)
                    return;
                losses.Add(progress.Loss);
                if (progress.Update == cancelAt)
                    cancellation!.Cancel();
            }),
        };
        var options = new PairFineTuningOptions
        {
            ModelPath = _folder["start"],
            OutputPath = _folder[output],
            Training = () => PairFile.Open(_folder["train.tsv"]),
            Validation = () => PairFile.Open(_folder["heldout.tsv"]),
            FromScratch = true,
            Resume = true,
            Optimization = new() { Epochs = 3, BatchSize = 32, LearningRate = 2e-4, Seed = 1 },
        };
        TrainedModel result = TrainingRun.Execute(options, environment, cancellation?.Token ?? TestContext.Current.CancellationToken);
        return (result, [.. losses]);
    }

    private static void AssertSameWeights(ModelFolder expected, ModelFolder actual)
    {
        using ICheckpoint left = expected.OpenWeights();
        using ICheckpoint right = actual.OpenWeights();
        Assert.Equal(left.Tensors.Keys.Order(StringComparer.Ordinal), right.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, TensorInfo tensor) in left.Tensors)
        {
            float[] one = new float[tensor.Count], other = new float[tensor.Count];
            left.Read(name, one);
            right.Read(name, other);
            double distance = Math.Sqrt(one.Zip(other, (a, b) => Math.Pow((double)a - b, 2)).Sum());
            double norm = Math.Sqrt(one.Sum(value => Math.Pow(value, 2)));
            // A key's bias shifts all scores of a query alike, so softmax gives it no gradient: what it learns is rounding.
            double allowed = name.EndsWith("key.bias", StringComparison.Ordinal) ? 1e-3 : 1e-2 * norm;
            Assert.True(distance <= allowed, $"{name}: the weights are {distance:E2} apart, their norm is {norm:E2}");
        }
    }

    private sealed class Watch(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
