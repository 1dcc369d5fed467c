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
