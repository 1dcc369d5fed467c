using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>How to fine-tune a model on pairs. Sequences have up to 128 tokens where nothing else is said; longer pairs are shortened.</summary>
public sealed record PairFineTuningOptions : TrainingRunOptions
{
    /// <summary>Opens the training data, e.g. <c>() => PairFile.Open(path)</c>.</summary>
    public required Func<IPairSource> Training { get; init; }

    /// <summary>Opens the validation data; null to set a part of the training data aside.</summary>
    public Func<IPairSource>? Validation { get; init; }

    /// <summary>The metric that decides which epoch's model is kept: <c>accuracy</c>, <c>f1</c> or <c>matthews</c>.</summary>
    public string Metric { get; init; } = ClassificationMetrics.AccuracyName;

    /// <summary>What an example's loss counts for, by its class's name; a class that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    internal override PreparedRun Prepare(ILogger logger, CancellationToken cancellationToken) => PairFineTuner.Prepare(this, logger, cancellationToken);
}
