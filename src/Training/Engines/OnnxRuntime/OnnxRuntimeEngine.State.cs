namespace BertMLNet.Training;

/// <content>Parameters, gradients and optimizer state, in and out.</content>
public sealed partial class OnnxRuntimeEngine
{
    /// <inheritdoc/>
    public long OptimizerStep
    {
        get => _optimizer.Step;
        set => _optimizer.Step = value;
    }

    /// <inheritdoc/>
    public void ReadParameter(string name, Span<float> destination) => _parameters[name].CopyTo(destination);

    /// <inheritdoc/>
    public void WriteParameter(string name, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, _parameters[name].Length, nameof(source));
        source.CopyTo(_parameters[name]);
    }

    /// <inheritdoc/>
    public void ReadGradient(string name, Span<float> destination) => _gradients[name].CopyTo(destination);

    /// <inheritdoc/>
    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment) =>
        _optimizer.ReadState(name, firstMoment, secondMoment);

    /// <inheritdoc/>
    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment) =>
        _optimizer.WriteState(name, firstMoment, secondMoment);
}
