namespace BertMLNet.Training;

/// <summary>What came of a training run.</summary>
public sealed record TrainingOutcome
{
    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<ReportEpoch> Epochs { get; init; }

    /// <summary>Points of the loss curve: at most about a thousand, each the mean over the updates since the one before.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>What the kept weights reached.</summary>
    public TaskMetrics Best => Epochs[BestEpoch - 1].Metrics;

    /// <summary>Updates made, those left out included.</summary>
    public required long Updates { get; init; }

    /// <summary>Updates left out because their loss or gradients were not finite.</summary>
    public required int SkippedUpdates { get; init; }

    /// <summary>Whether training ended before the last epoch because the model got no better.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>Whether the run was over, and its model written, before it was asked to go on.</summary>
    public bool WasFinished { get; init; }

    /// <summary>The time the run took, before it was resumed too.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The time spent on updates.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>Examples trained on, each as often as it was.</summary>
    public required long Examples { get; init; }

    /// <summary>Tokens trained on, padding not counted.</summary>
    public required long Tokens { get; init; }
}
