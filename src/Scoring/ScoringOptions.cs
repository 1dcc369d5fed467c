using System.Text.Json.Serialization;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>
/// How a model folder is scored: which graph, on what, in which batches. As JSON it says nothing of the machine: threads,
/// devices and loggers are left out.
/// </summary>
public sealed record ScoringOptions
{
    /// <summary>The tokens of a batch on the CPU where nothing else is said.</summary>
    public const int CpuBatchTokens = 512;

    /// <summary>The same where several batches run at once, each in one processor's share of the caches.</summary>
    public const int ConcurrentBatchTokens = 384;

    /// <summary>The tokens of a batch on other execution providers where nothing else is said.</summary>
    public const int GpuBatchTokens = 8192;

    /// <summary>
    /// The graph's path inside the model folder, e.g. <c>onnx/model_quantized.onnx</c>. Where it is null,
    /// <c>onnx/model_optimized.onnx</c> is preferred on CPU and CUDA, and <c>onnx/model.onnx</c> is taken otherwise.
    /// </summary>
    public string? Graph { get; init; }

    /// <summary>
    /// The longest sequence in tokens, special tokens included; where it is null, what the model was trained with, or else the
    /// most it can take.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>Which text gives up tokens where a pair is too long; with none, a pair that is too long is an error.</summary>
    public TruncationStrategy Truncation { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>
    /// The most tokens in one batch, padding included: rows times the longest row. A batch has at least one row. Where it is
    /// null, <see cref="CpuBatchTokens"/> (or <see cref="ConcurrentBatchTokens"/>) on the CPU, whose caches then hold what a
    /// layer reads and writes, and <see cref="GpuBatchTokens"/> elsewhere.
    /// </summary>
    public int? MaxBatchTokens { get; init; }

    /// <summary>
    /// The most rows pulled ahead in streaming, so that rows of like length share a batch. A stream begins with small
    /// windows and works up to this one, so the first results come soon.
    /// </summary>
    public int WindowRows { get; init; } = 1024;

    /// <summary>
    /// How many batches run at the same time. With one, all processors work inside each operator, which answers single rows
    /// soonest. With as many as there are processors, each batch has a thread of its own, and threads need not wait for
    /// one another: more rows a second from int8 graphs of small models and on many processors. DirectML runs one batch
    /// at a time, whatever is asked for.
    /// </summary>
    [JsonIgnore]
    public int ConcurrentBatches { get; init; } = 1;

    /// <summary>
    /// Threads that ONNX Runtime uses inside an operator; where it is null, the number of processors or, with
    /// <see cref="ConcurrentBatches"/>, one.
    /// </summary>
    [JsonIgnore]
    public int? IntraOpThreads { get; init; }

    /// <summary>The execution provider; where it is null, CUDA with a <see cref="GpuDeviceId"/> and the CPU without.</summary>
    [JsonIgnore]
    public ExecutionProvider? Provider { get; init; }

    /// <summary>The GPU's number.</summary>
    [JsonIgnore]
    public int? GpuDeviceId { get; init; }

    /// <summary>
    /// Scores on the CPU, with a warning and with the graph and the batches for it, where the execution provider cannot be
    /// used; otherwise that is an error.
    /// </summary>
    [JsonIgnore]
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// The execution provider's own settings by name, as ONNX Runtime documents them, e.g. <c>gpu_mem_limit</c>. A
    /// <c>device_id</c> among them comes before <see cref="GpuDeviceId"/>.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>A last word on ONNX Runtime's session options.</summary>
    [JsonIgnore]
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Where warnings go.</summary>
    [JsonIgnore]
    public ILogger? Logger { get; init; }

    /// <summary>The provider that these options ask for.</summary>
    internal ExecutionProvider WantedProvider => Provider ?? (GpuDeviceId is null ? ExecutionProvider.Cpu : ExecutionProvider.Cuda);

    /// <summary>Whether a session may not run on several threads at once: ONNX Runtime's DirectML provider does not support it.</summary>
    internal bool RunsOneByOne => WantedProvider == ExecutionProvider.DirectML;

    /// <summary>The batches that run at once.</summary>
    internal int BatchesAtOnce => RunsOneByOne ? 1 : ConcurrentBatches;

    /// <summary>The tokens of a batch.</summary>
    internal int BatchTokens => MaxBatchTokens
        ?? (WantedProvider != ExecutionProvider.Cpu ? GpuBatchTokens : ConcurrentBatches > 1 ? ConcurrentBatchTokens : CpuBatchTokens);

    /// <summary>The threads inside an operator.</summary>
    internal int OperatorThreads => IntraOpThreads ?? (BatchesAtOnce > 1 ? 1 : Environment.ProcessorCount);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="BertMLNetException">A size is less than 1.</exception>
    internal void Validate(ModelFolder folder)
    {
        if (MaxBatchTokens < 1 || WindowRows < 1)
        {
            throw new BertMLNetException(
                $"{folder.FolderPath}: {nameof(MaxBatchTokens)} is {BatchTokens} and {nameof(WindowRows)} {WindowRows}; "
                + "both must be 1 or more.");
        }
        if (ConcurrentBatches < 1)
            throw new BertMLNetException($"{folder.FolderPath}: {nameof(ConcurrentBatches)} is {ConcurrentBatches}; it must be 1 or more.");
        if (IntraOpThreads < 1)
            throw new BertMLNetException($"{folder.FolderPath}: {nameof(IntraOpThreads)} is {IntraOpThreads}; it must be 1 or more.");
    }
}

/// <summary>What ONNX Runtime computes on.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through CUDA.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU through TensorRT; what TensorRT cannot do runs on CUDA.</summary>
    TensorRt,

    /// <summary>A GPU through DirectML, on Windows.</summary>
    DirectML,

    /// <summary>Apple's accelerators through Core ML.</summary>
    CoreML,
}
