namespace BertMLNet.Training;

/// <summary>AdamW's settings and the groups it works on; every trainable parameter is in exactly one.</summary>
internal sealed record OptimizerOptions(IReadOnlyList<ParameterGroup> Groups)
{
    /// <summary>Of these those of Adam alone: betas, epsilon and the correction of the bias.</summary>
    public TrainingOptions Adam { get; init; } = new();
}

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters' names.</param>
/// <param name="WeightDecay">AdamW's decoupled weight decay; 0 for biases and layer normalisation.</param>
/// <param name="LearningRateScale">
/// Multiplies the schedule's learning rate: below 1 for lower layers under layer-wise decay, 0 to freeze.
/// </param>
internal sealed record ParameterGroup(IReadOnlyList<string> Parameters, float WeightDecay, float LearningRateScale = 1f);
