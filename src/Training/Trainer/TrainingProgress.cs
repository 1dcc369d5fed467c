namespace BertMLNet.Training;

/// <summary>How far a training run is; reported after each update and each batch of an evaluation.</summary>
public sealed record TrainingProgress
{
    /// <summary>What the run is at.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs asked for.</summary>
    public required int Epochs { get; init; }

    /// <summary>Updates made so far, in all epochs.</summary>
    public required long Update { get; init; }

    /// <summary>Updates in all epochs.</summary>
    public required long Updates { get; init; }

    /// <summary>The part of the epoch's evaluation that is done, from 0 to 1.</summary>
    public double EvaluationDone { get; init; }

    /// <summary>The loss of the last update.</summary>
    public double Loss { get; init; }

    /// <summary>The highest learning rate of any group in the last update.</summary>
    public double LearningRate { get; init; }

    /// <summary>The norm of the last update's gradients before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Updates left out because their loss or gradients were not finite.</summary>
    public int SkippedUpdates { get; init; }

    /// <summary>Examples trained on a second, since this process began to train.</summary>
    public double ExamplesPerSecond { get; init; }

    /// <summary>Tokens, padding not counted, trained on a second, since this process began to train.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>The time the run has taken, before it was resumed too.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The time that is probably left, early stopping aside; null until it can be told.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>What an evaluation that has just ended found; null otherwise.</summary>
    public TaskMetrics? Metrics { get; init; }
}

/// <summary>What a training run is at.</summary>
public enum TrainingPhase
{
    /// <summary>Updates.</summary>
    Training,

    /// <summary>The judgement after an epoch.</summary>
    Evaluating,
}

/// <summary>What came of a training run.</summary>
public sealed record TrainingOutcome
{
    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<ReportEpoch> Epochs { get; init; }

    /// <summary>Points of the loss curve: at most about a thousand, each the mean over the updates since the one before.</summary>
    internal IReadOnlyList<ReportStep> Steps { get; init; } = [];

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
