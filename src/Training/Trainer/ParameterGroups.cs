using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Sorts a model's parameters into groups that share a learning rate and a weight decay.</summary>
internal static class ParameterGroups
{
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
        return new OptimizerOptions(groups) { Adam = options };
    }
}
