using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BertMLNet.Training;

/// <summary>What a training run works with and reports to.</summary>
public sealed record TrainingEnvironment
{
    /// <summary>Makes the engine for a model; null for ONNX Runtime on the CPU.</summary>
    public Func<ParameterSet, OptimizerOptions, ITrainingEngine>? CreateEngine { get; init; }

    /// <summary>The command that repeats the run, for the report.</summary>
    public string Command { get; init; } = "";

    /// <summary>Is told of the run's events.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Is told of every update.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Whether the curves are written to <c>training/tensorboard</c> while the run goes on, for TensorBoard to show.</summary>
    public bool TensorBoard { get; init; }
}
