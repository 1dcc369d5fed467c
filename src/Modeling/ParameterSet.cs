using System.Diagnostics.CodeAnalysis;

namespace BertMLNet.Modeling;

/// <summary>A model's weights, whether they lie in memory or are read from a checkpoint one parameter at a time.</summary>
public interface IParameterSource
{
    /// <summary>The model's configuration.</summary>
    BertConfig Config { get; }

    /// <summary>The task head whose parameters are among the weights.</summary>
    Head Head { get; }

    /// <summary>The parameters in checkpoint order.</summary>
    IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>Writes a parameter's values, row-major, to <paramref name="destination"/>, which has room for just them.</summary>
    /// <exception cref="BertMLNetException">The checkpoint that they come from is damaged.</exception>
    void Read(ParameterSpec spec, Span<float> destination);
}

/// <summary>
/// A model's weights in memory: one single-precision tensor a parameter, under its Hugging Face name. The memory is the
/// caller's to read and write; an engine may train in it.
/// </summary>
public sealed class ParameterSet : IParameterSource
{
    private readonly Dictionary<string, float[]> _values;

    /// <summary>Allocates zeroed tensors for every parameter of the model.</summary>
    public ParameterSet(BertConfig config, Head head)
    {
        Config = config;
        Head = head;
        Specs = BertParameters.For(config, head);
        _values = Specs.ToDictionary(spec => spec.Name, spec => new float[spec.Count]);
    }

    /// <summary>The model's configuration.</summary>
    public BertConfig Config { get; }

    /// <summary>The task head whose parameters are in the set.</summary>
    public Head Head { get; }

    /// <summary>The parameters in checkpoint order.</summary>
    public IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>The tensor of parameter <paramref name="name"/>, row-major.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such parameter.</exception>
    public float[] this[string name] =>
        _values.TryGetValue(name, out float[]? value)
            ? value
            : throw new KeyNotFoundException($"The model has no parameter '{name}'.");

    /// <summary>Finds a parameter's tensor.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out float[] value) => _values.TryGetValue(name, out value);

    /// <inheritdoc/>
    public void Read(ParameterSpec spec, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(spec);
        this[spec.Name].CopyTo(destination);
    }

    /// <summary>
    /// Reads every parameter of the model from a checkpoint. A head that it lacks starts anew; so does, with
    /// <paramref name="replaceHead"/>, one of another shape, which is an error otherwise.
    /// </summary>
    /// <returns>The weights, and what the checkpoint lacked or had in excess.</returns>
    /// <exception cref="BertMLNetException">The checkpoint is damaged or belongs to another configuration.</exception>
    internal static (ParameterSet Parameters, LoadReport Report) Load(
        ICheckpoint checkpoint,
        BertConfig config,
        Head head,
        int seed = 0,
        bool replaceHead = false,
        CancellationToken cancellationToken = default) =>
        Load(WeightPlan.Create(checkpoint, config, head, seed, replaceHead), cancellationToken);

    /// <summary>Reads every parameter of a plan.</summary>
    internal static (ParameterSet Parameters, LoadReport Report) Load(WeightPlan plan, CancellationToken cancellationToken)
    {
        var parameters = new ParameterSet(plan.Config, plan.Head);
        foreach (ParameterSpec spec in plan.Specs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            plan.Read(spec, parameters[spec.Name]);
        }
        return (parameters, plan.Report);
    }

    /// <summary>Draws every parameter's start value; the same seed gives the same weights everywhere.</summary>
    public static ParameterSet Initialize(BertConfig config, Head head, int seed)
    {
        var set = new ParameterSet(config, head);
        foreach (ParameterSpec spec in set.Specs)
            ParameterInitializer.Fill(spec, config, seed, set[spec.Name]);
        return set;
    }
}
