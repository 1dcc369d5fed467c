using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>How the ONNX Runtime engine runs.</summary>
public sealed record OnnxRuntimeEngineOptions
{
    /// <summary>Threads inside an operator; the number of processors where it is null.</summary>
    public int? Threads { get; init; }

    /// <summary>A last word on the session's options, such as an execution provider to append.</summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Where the session runs, for <see cref="ITrainingEngine.Description"/>.</summary>
    public string Device { get; init; } = "CPU";
}
