using System.Diagnostics.CodeAnalysis;

namespace BertMLNet.Training;

/// <summary>How AdamW works.</summary>
public record AdamWSettings
{
    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment: 1e-8 in PyTorch, 1e-6 in google-research/bert.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Corrects the moments' bias towards zero in the first updates, as PyTorch's AdamW does; Google's BERT optimizer does not.
    /// </summary>
    public bool BiasCorrection { get; init; } = true;
}

/// <summary>AdamW's settings and the parameter groups it works on.</summary>
public sealed record OptimizerOptions : AdamWSettings
{
    /// <summary>Starts from the usual settings.</summary>
    public OptimizerOptions()
    {
    }

    /// <summary>Takes settings for groups.</summary>
    [SetsRequiredMembers]
    public OptimizerOptions(AdamWSettings settings, IReadOnlyList<ParameterGroup> groups)
        : base(settings) => Groups = groups;

    /// <summary>The groups; every trainable parameter is in exactly one.</summary>
    public required IReadOnlyList<ParameterGroup> Groups { get; init; }
}

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters' names.</param>
/// <param name="WeightDecay">AdamW's decoupled weight decay; 0 for biases and layer normalisation.</param>
/// <param name="LearningRateScale">
/// Multiplies the schedule's learning rate: below 1 for lower layers under layer-wise decay, 0 to freeze.
/// </param>
public sealed record ParameterGroup(IReadOnlyList<string> Parameters, float WeightDecay, float LearningRateScale = 1f);
