using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Which engine trains, on what, and why.</summary>
internal sealed record EngineChoice(string Engine, ComputeDevice Device, bool Bfloat16, string Reason)
{
    public const string Auto = "auto";
    public const string OnnxRuntime = "onnxruntime";
    public const string TorchSharp = "torchsharp";

    /// <summary>Takes what is asked for; where that leaves a choice, TorchSharp on a CUDA device and ONNX Runtime on a CPU.</summary>
    /// <param name="engine">One of the three names.</param>
    /// <param name="device">The device asked for; null for the best there is.</param>
    /// <param name="bfloat16">Whether matrix products are to be computed in bfloat16.</param>
    /// <param name="hasCuda">Looks whether the TorchSharp engine finds a CUDA device.</param>
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

    /// <summary>Makes the engine.</summary>
    public ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => Engine == TorchSharp
        ? new TorchSharpEngine(parameters, optimizer, new TorchSharpOptions { Device = Device, Bfloat16 = Bfloat16 })
        : new OnnxRuntimeEngine(parameters, optimizer, new OnnxRuntimeEngineOptions { GpuDeviceId = Device.CudaIndex });

    /// <summary>Engine, device and reason for people.</summary>
    public override string ToString() => $"{Engine} on {Device}{(Bfloat16 ? " in bfloat16" : "")} ({Reason})";
}
