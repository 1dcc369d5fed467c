using BertMLNet.Modeling;
using TorchSharp;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpEngineTests : EngineContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);

    [Theory]
    [InlineData("pair-gelu", true)]
    [InlineData("pair-gelu", false)]
    [InlineData("qa-relu-sinusoidal", true)]
    [InlineData("mlm-silu", false)]
    public void A_run_goes_on_with_the_other_engine(string name, bool torchSharpFirst)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        OptimizerOptions optimizer = golden.Optimizer(golden.Training.WeightDecay);
        using ITrainingEngine torchSharp = Create(golden.Parameters, optimizer);
        using var onnxRuntime = new OnnxRuntimeEngine(golden.Parameters, optimizer);
        ITrainingEngine first = torchSharpFirst ? torchSharp : onnxRuntime, second = torchSharpFirst ? onnxRuntime : torchSharp;

        AssertFollowsPyTorch(first, golden, 0, 25);
        HandOver(first, second);
        AssertFollowsPyTorch(second, golden, 25, 50);
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using GoldenCase golden = GoldenCase.Open("mlm-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer(0.01f));
        Step();
        long afterOne = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            Step();
        Assert.Equal(afterOne, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            engine.ForwardBackward(golden.Batch, golden.LossScale, 1, Token);
            engine.ReadGradient(BertParameters.WordEmbeddings, new float[engine.Parameters[0].Count]);
            engine.Apply([1e-3f, 1e-3f], clipNorm: 1);
            engine.Forward(golden.Batch, Token);
        }
    }

    [Fact]
    public void A_disposed_engine_leaves_no_tensor_behind()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
            engine.ForwardBackward(golden.Batch, golden.LossScale, 1, Token);
            engine.Apply([1e-3f, 1e-3f], clipNorm: 1);
        }
    }

    [Fact]
    public async Task Engines_on_several_threads_draw_the_masks_of_their_own_seeds()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        float[][] alone = [Losses(1), Losses(2)];
        float[][] together = await Task.WhenAll(Task.Run(() => Losses(1), Token), Task.Run(() => Losses(2), Token));
        Assert.Equal(alone, together);
        Assert.NotEqual(alone[0], alone[1]);

        float[] Losses(ulong firstSeed)
        {
            using ITrainingEngine engine = Create(WithDropout(golden.Parameters), golden.Optimizer());
            return [.. Enumerable.Range(0, 30).Select(i => engine.ForwardBackward(golden.Batch, golden.LossScale, firstSeed + (ulong)(2 * i), Token))];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bfloat16_stays_near_single_precision(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var engine = new TorchSharpEngine(golden.Parameters, golden.Optimizer(), new() { Bfloat16 = true });
        float loss = engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);
        Assert.Equal(golden.Loss, loss, 0.1);
        Assert.NotEqual(golden.Loss, loss, 1e-6);
    }

    [Fact]
    public void Frozen_groups_get_no_gradient()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        OptimizerOptions both = golden.Optimizer();
        OptimizerOptions frozen = both with { Groups = [both.Groups[0] with { LearningRateScale = 0 }, both.Groups[1]] };
        using ITrainingEngine engine = Create(golden.Parameters, frozen);
        engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);
        foreach (ParameterSpec spec in engine.Parameters)
        {
            var gradient = new float[spec.Count];
            engine.ReadGradient(spec.Name, gradient);
            Assert.Equal(spec.Decays, Array.TrueForAll(gradient, value => value == 0));
        }
    }

    [Fact]
    public void An_error_of_libtorch_is_told_in_one_line()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        // A class that the model lacks is found by libtorch alone.
        var batch = new PackedBatch
        {
            Lengths = golden.Batch.Lengths,
            InputIds = golden.Batch.InputIds,
            TokenTypeIds = golden.Batch.TokenTypeIds,
            Targets = new ClassTargets([.. golden.Batch.Lengths.Select(_ => 99)], [.. golden.Batch.Lengths.Select(_ => 1f)]),
        };

        BertMLNetException error = Assert.Throws<BertMLNetException>(() => engine.ForwardBackward(batch, 1, 0, Token));

        Assert.StartsWith("training: libtorch cannot run a step: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; if memory ran out, lower the option micro-batch-tokens.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Looks_for_devices_at_once_leave_the_output_as_it_was()
    {
        TextWriter output = Console.Out;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(TorchDevice.HasCuda, Token)));
        Assert.Same(output, Console.Out);
    }

    [Fact]
    public void A_device_that_is_not_there_is_an_error()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        var nowhere = new ComputeDevice(99);
        BertMLNetException error = Assert.Throws<BertMLNetException>(() => new TorchSharpEngine(golden.Parameters, golden.Optimizer(), new() { Device = nowhere }));
        Assert.Contains("'cuda:99'", error.Message, StringComparison.Ordinal);
    }
}
