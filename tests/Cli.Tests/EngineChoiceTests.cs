using BertMLNet.TestKit;
using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

/// <summary>Which engine a command line takes, and what it says of it.</summary>
public sealed class EngineChoiceTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("auto", null, true, "torchsharp on cuda:0 (there is a CUDA device)")]
    [InlineData("auto", null, false, "onnxruntime on cpu (no CUDA device is found, and it is the faster one on a CPU)")]
    [InlineData("auto", "cpu", true, "onnxruntime on cpu (the faster one on a CPU)")]
    [InlineData("auto", "cuda:1", true, "torchsharp on cuda:1 (the one meant for CUDA)")]
    [InlineData("torchsharp", null, true, "torchsharp on cuda:0 (as asked for)")]
    [InlineData("torchsharp", null, false, "torchsharp on cpu (as asked for)")]
    [InlineData("torchsharp", "cpu", true, "torchsharp on cpu (as asked for)")]
    [InlineData("onnxruntime", null, true, "onnxruntime on cpu (as asked for)")]
    [InlineData("onnxruntime", "cuda", true, "onnxruntime on cuda:0 (as asked for)")]
    public void Auto_takes_TorchSharp_on_CUDA_and_ONNX_Runtime_otherwise(string engine, string? device, bool hasCuda, string expected)
    {
        ComputeDevice? asked = device is null ? null : ComputeDevice.Parse(device);
        Assert.StartsWith(expected, EngineChoice.Make(engine, asked, bfloat16: false, () => hasCuda).ToString());
    }

    [Fact]
    public void Bfloat16_is_for_TorchSharp_on_CUDA()
    {
        Assert.Equal("torchsharp on cuda:0 in bfloat16 (there is a CUDA device)", EngineChoice.Make("auto", device: null, bfloat16: true, () => true).ToString());
        Assert.Throws<UsageException>(() => EngineChoice.Make("torchsharp", ComputeDevice.Cpu, bfloat16: true, () => true));
    }

    [Fact]
    public async Task Training_says_what_was_taken_and_why()
    {
        CliRun run = await CliRun.Succeeds([.. model.TrainArguments, "--output", _folder["out"], "--device", "cpu"]);
        Assert.Contains("engine: onnxruntime on cpu (the faster one on a CPU)", run.Error);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    public async Task A_device_that_is_none_is_refused(string device)
    {
        CliRun run = await CliRun.Of([.. model.TrainArguments, "--output", _folder["out"], "--device", device]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--device: device '{device}' is not known", run.Error);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task Every_command_that_trains_has_the_options()
    {
        foreach (string command in new[] { "train", "pretrain", "demo" })
        {
            string help = (await CliRun.Succeeds(command, "--help")).Output;
            Assert.Contains("--engine <auto|onnxruntime|torchsharp>", help);
            Assert.Contains("--device <cpu|cuda:N>", help);
        }
    }

    /// <summary>These tests' folder has none, and nothing is copied into it.</summary>
    [Fact]
    public async Task A_libtorch_that_is_not_there_is_an_error()
    {
        await CliRun.Fails(
            [.. model.TrainArguments, "--output", _folder["out"], "--engine", "torchsharp"], "device 'cpu': TorchSharp", "--engine onnxruntime");
        Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "cpu")));
    }

    [Fact]
    public async Task A_CUDA_device_that_is_not_there_is_an_error()
    {
        await CliRun.Fails([.. model.TrainArguments, "--output", _folder["out"], "--engine", "onnxruntime", "--device", "cuda:7"], "'cuda:7'", "train on the CPU");
    }
}
