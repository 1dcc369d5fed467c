using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>How a model folder is scored: which graph, on what, in which batches.</summary>
public sealed record ScoringOptions
{
    /// <summary>
    /// The graph's path inside the model folder, e.g. <c>onnx/model_quantized.onnx</c>. Where it is null,
    /// <c>onnx/model_optimized.onnx</c> is preferred on CPU and CUDA, and <c>onnx/model.onnx</c> is taken otherwise.
    /// </summary>
    public string? Graph { get; init; }

    /// <summary>The longest sequence in tokens, special tokens included; the model's own limit where it is null.</summary>
    public int? MaxLength { get; init; }

    /// <summary>
    /// The most tokens in one batch, padding included: rows times the longest row. A batch has at least one row.
    /// </summary>
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>
    /// The most rows pulled ahead in streaming, so that rows of like length share a batch. A stream begins with small
    /// windows and works up to this one, so the first results come soon.
    /// </summary>
    public int WindowRows { get; init; } = 1024;

    /// <summary>Threads that ONNX Runtime uses inside an operator; the number of processors where it is null.</summary>
    public int? IntraOpThreads { get; init; }

    /// <summary>The execution provider; where it is null, CUDA with a <see cref="GpuDeviceId"/> and the CPU without.</summary>
    public ExecutionProvider? Provider { get; init; }

    /// <summary>The GPU's number.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>Scores on the CPU, with a warning, where the execution provider cannot be used; otherwise that is an error.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>The execution provider's own settings by name, as ONNX Runtime documents them, e.g. <c>gpu_mem_limit</c>.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>A last word on ONNX Runtime's session options.</summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Where warnings go.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>The provider that these options ask for.</summary>
    internal ExecutionProvider WantedProvider => Provider ?? (GpuDeviceId is null ? ExecutionProvider.Cpu : ExecutionProvider.Cuda);
}
