namespace BertMLNet.Training;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters' names.</param>
/// <param name="WeightDecay">AdamW's decoupled weight decay; 0 for biases and layer normalisation.</param>
/// <param name="LearningRateScale">Multiplies the schedule's learning rate: below 1 for lower layers under layer-wise decay, 0 to freeze.</param>
public sealed record ParameterGroup(IReadOnlyList<string> Parameters, float WeightDecay, float LearningRateScale = 1f);
