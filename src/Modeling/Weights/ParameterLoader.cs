namespace BertMLNet.Modeling;

/// <summary>Loads a model's weights into memory.</summary>
public static class ParameterLoader
{
    /// <summary>Reads every parameter of the model from a checkpoint; see <see cref="WeightPlan.Create"/>.</summary>
    /// <returns>The weights, and what the checkpoint lacked or had in excess.</returns>
    /// <exception cref="BertMLNetException">The checkpoint is damaged or belongs to another configuration.</exception>
    public static (ParameterSet Parameters, LoadReport Report) Load(
        ICheckpoint checkpoint,
        BertConfig config,
        Head head,
        int seed = 0,
        bool replaceHead = false,
        CancellationToken cancellationToken = default)
    {
        var plan = WeightPlan.Create(checkpoint, config, head, seed, replaceHead);
        var parameters = new ParameterSet(config, head);
        foreach (ParameterSpec spec in plan.Specs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            plan.Read(spec, parameters[spec.Name]);
        }
        return (parameters, plan.Report);
    }
}
