namespace BertMLNet.Training;

/// <summary>What a training run is at.</summary>
public enum TrainingPhase
{
    /// <summary>Updates.</summary>
    Training,

    /// <summary>The judgement after an epoch.</summary>
    Evaluating,
}
