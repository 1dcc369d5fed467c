using System.CommandLine;
using BertMLNet.Scoring;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Cli;

/// <summary>How a model is run for scoring: graph, device, lengths, batches.</summary>
internal sealed class ScoringOptionsGroup
{
    private readonly Option<int?> _maxLength = CommonOptions.Number<int>(
        "--max-length",
        "Shorten sentences to N tokens (default: as trained, or what the model takes); of questions, the window (default: as trained, "
        + "or 384).");

    private readonly Option<int?> _batchTokens = CommonOptions.Positive("--batch-tokens", "The most tokens in one batch.");
    private readonly Option<int> _threads = CommonOptions.Positive(
        "--threads", "Processors to score on (default: all).", Environment.ProcessorCount);

    /// <summary>The graph that is asked for by name.</summary>
    public Option<string?> Graph { get; } = CommonOptions.Optional(
        "--graph",
        "FILE",
        "The graph inside the model folder, e.g. onnx/model_quantized.onnx (default: the fastest exact one there is).");

    private readonly Option<int?> _gpu = CommonOptions.Number<int>("--gpu", "Score on GPU N with CUDA.", least: 0);
    private readonly Option<bool> _fallback = CommonOptions.Flag("--fallback-to-cpu", "Score on the CPU where the GPU cannot be used.");

    /// <summary>Those that decide what a row's scores are, beside the graph itself.</summary>
    public IReadOnlyList<Option> Deciding => [_maxLength];

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All => [_maxLength, _batchTokens, _threads, Graph, _gpu, _fallback];

    /// <summary>The options as the library takes them: a batch on each processor, or one after another on a GPU.</summary>
    public ScoringOptions Read(ParseResult arguments, ILogger logger)
    {
        if (arguments.GetValue(_fallback) && arguments.GetValue(_gpu) is null)
            throw new UsageException("--fallback-to-cpu belongs to --gpu; give both, or neither.");
        int? gpu = arguments.GetValue(_gpu);
        int threads = arguments.GetValue(_threads);
        return new ScoringOptions
        {
            MaxLength = arguments.GetValue(_maxLength),
            MaxBatchTokens = arguments.GetValue(_batchTokens),
            ConcurrentBatches = gpu is null ? threads : 1,
            IntraOpThreads = gpu is null ? 1 : threads,
            Graph = arguments.GetValue(Graph),
            GpuDeviceId = gpu,
            FallbackToCpu = arguments.GetValue(_fallback),
            Logger = logger,
        };
    }
}
