using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BertMLNet.Training;

public sealed partial class TorchSharpEngine
{
    /// <inheritdoc/>
    public long OptimizerStep
    {
        get => _optimizer.Step;
        set => _optimizer.Step = value;
    }

    /// <inheritdoc/>
    public void ReadParameter(string name, Span<float> destination) => Read(Find(name), destination);

    /// <inheritdoc/>
    public void WriteParameter(string name, ReadOnlySpan<float> source)
    {
        Parameter parameter = Find(name);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, parameter.numel(), nameof(source));
        Write(parameter, source);
    }

    /// <inheritdoc/>
    public void ReadGradient(string name, Span<float> destination)
    {
        using DisposeScope scope = NewDisposeScope();
        if (Find(name).grad is { } gradient)
            Read(gradient, destination);
        else
            destination.Clear();
    }

    /// <inheritdoc/>
    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment)
    {
        if (_optimizer.State(name) is not var (first, second))
        {
            firstMoment.Clear();
            secondMoment.Clear();
            return;
        }
        Read(first, firstMoment);
        Read(second, secondMoment);
    }

    /// <inheritdoc/>
    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment)
    {
        if (_optimizer.State(name) is not var (first, second))
            return;
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoment.Length, first.numel(), nameof(firstMoment));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoment.Length, second.numel(), nameof(secondMoment));
        Write(first, firstMoment);
        Write(second, secondMoment);
    }

    private Parameter Find(string name) =>
        _parameters.TryGetValue(name, out Parameter? parameter)
            ? parameter
            : throw new KeyNotFoundException($"The model has no parameter '{name}'.");
}
