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
