using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>AdamW's settings and the groups it works on; every trainable parameter is in exactly one.</summary>
internal sealed record OptimizerOptions(IReadOnlyList<ParameterGroup> Groups)
{
    /// <summary>Of these those of Adam alone: betas, epsilon and the correction of the bias.</summary>
    public TrainingOptions Adam { get; init; } = new();

    /// <summary>The optimizer's settings for a model under the given options.</summary>
    /// <exception cref="BertMLNetException">Nothing is left to train.</exception>
    public static OptimizerOptions For(IReadOnlyList<ParameterSpec> parameters, TrainingOptions options)
    {
        int top = parameters.Max(parameter => parameter.Layer);
        if (options.FrozenLayers > top)
        {
            throw new BertMLNetException(
                $"option freeze: {options.FrozenLayers} leaves nothing to train; the model has {top + 1} layers, embeddings and head "
                + "included.");
        }
        ParameterGroup[] groups =
        [
            .. from parameter in parameters
               where parameter.IsTrainable
               let scale = parameter.Layer < options.FrozenLayers ? 0f : (float)Math.Pow(options.LayerDecay, top - parameter.Layer)
               group parameter.Name by (Scale: scale, Decays: parameter.Decays && scale != 0) into names
               select new ParameterGroup([.. names], names.Key.Decays ? (float)options.WeightDecay : 0f, names.Key.Scale),
        ];
        return new(groups) { Adam = options };
    }
}

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters' names.</param>
/// <param name="WeightDecay">AdamW's decoupled weight decay; 0 for biases and layer normalisation.</param>
/// <param name="LearningRateScale">
/// Multiplies the schedule's learning rate: below 1 for lower layers under layer-wise decay, 0 to freeze.
/// </param>
internal sealed record ParameterGroup(IReadOnlyList<string> Parameters, float WeightDecay, float LearningRateScale = 1f);
