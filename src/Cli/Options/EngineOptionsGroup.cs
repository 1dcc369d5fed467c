using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What computes a training: every command that trains has these options.</summary>
internal sealed class EngineOptionsGroup
{
    private readonly Option<string> _engine = CommonOptions.Choice(
        "--engine", "What computes: auto takes torchsharp on a CUDA device and onnxruntime otherwise.",
        EngineChoice.Auto, EngineChoice.OnnxRuntime, EngineChoice.TorchSharp);

    private readonly Option<string?> _device = CommonOptions.Optional(
        "--device", "cpu|cuda:N", "Where: cpu, or cuda:N (default: cuda:0 for torchsharp where there is one, cpu otherwise).");

    private readonly Option<bool> _bfloat16 = CommonOptions.Flag("--bf16", "Compute matrix products in bfloat16; for torchsharp on CUDA.");

    /// <summary>Creates the options.</summary>
    public EngineOptionsGroup()
    {
        _device.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens is [var name, ..])
                    ComputeDevice.Parse(name.Value);
            }
            catch (BertMLNetException exception)
            {
                result.AddError($"--device: {exception.Message}");
            }
        });
    }

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All => [_engine, _device, _bfloat16];

    /// <summary>Chooses, and says what was taken and why.</summary>
    /// <exception cref="UsageException">What is asked for does not go together.</exception>
    public TrainingEngineOptions Choose(ParseResult arguments, CliTerminal terminal)
    {
        EngineChoice choice = EngineChoice.Make(
            arguments.GetRequiredValue(_engine),
            arguments.GetValue(_device) is { } device ? ComputeDevice.Parse(device) : null,
            arguments.GetValue(_bfloat16),
            TorchDevice.HasCuda);
        terminal.Notice($"engine: {choice}");
        return choice.Options;
    }
}

/// <summary>Which engine trains, on what, and why.</summary>
internal sealed record EngineChoice(string Engine, ComputeDevice Device, bool Bfloat16, string Reason)
{
    public const string Auto = "auto";
    public const string OnnxRuntime = "onnxruntime";
    public const string TorchSharp = "torchsharp";

    /// <summary>Takes what is asked for; where that leaves a choice, TorchSharp on a CUDA device and ONNX Runtime on a CPU.</summary>
    /// <exception cref="UsageException">What is asked for does not go together.</exception>
    public static EngineChoice Make(string engine, ComputeDevice? device, bool bfloat16, Func<bool> hasCuda)
    {
        EngineChoice choice = (engine, device) switch
        {
            (Auto, { CudaIndex: null }) => new(OnnxRuntime, ComputeDevice.Cpu, bfloat16, "the faster one on a CPU"),
            (Auto, { } cuda) => new(TorchSharp, cuda, bfloat16, "the one meant for CUDA"),
            (Auto, _) when hasCuda() => new(TorchSharp, new(0), bfloat16, "there is a CUDA device"),
            (Auto, _) => new(OnnxRuntime, ComputeDevice.Cpu, bfloat16, "no CUDA device is found, and it is the faster one on a CPU"),
            (TorchSharp, null) => new(TorchSharp, hasCuda() ? new(0) : ComputeDevice.Cpu, bfloat16, "as asked for"),
            _ => new(engine, device ?? ComputeDevice.Cpu, bfloat16, "as asked for"),
        };
        if (bfloat16 && (choice.Engine != TorchSharp || choice.Device.CudaIndex is null))
        {
            throw new UsageException(
                $"--bf16 needs the torchsharp engine on a CUDA device, and this is {choice with { Bfloat16 = false }}; leave it out, or "
                + "add --engine torchsharp --device cuda:0.");
        }
        return choice;
    }

    /// <summary>The engine as the library takes it.</summary>
    public TrainingEngineOptions Options => Engine == TorchSharp
        ? new TorchSharpOptions { Device = Device, Bfloat16 = Bfloat16 }
        : new OnnxRuntimeEngineOptions { GpuDeviceId = Device.CudaIndex };

    /// <summary>Engine, device and reason for people.</summary>
    public override string ToString() => $"{Engine} on {Device}{(Bfloat16 ? " in bfloat16" : "")} ({Reason})";
}
