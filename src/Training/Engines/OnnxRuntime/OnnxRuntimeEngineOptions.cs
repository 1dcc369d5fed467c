using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>How the ONNX Runtime engine runs.</summary>
public sealed record OnnxRuntimeEngineOptions
{
    /// <summary>Threads inside an operator; the number of processors where it is null.</summary>
    public int? Threads { get; init; }

    /// <summary>The CUDA device to run on, which takes a build of ONNX Runtime that has CUDA; the CPU where it is null.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>A last word on the session's options.</summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }
}
