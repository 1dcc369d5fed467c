using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>An engine that remembers the most tokens, padding included, that it was given at once, checks of exported graphs aside.</summary>
internal sealed class WidestBatch(ITrainingEngine inner) : ITrainingEngine
{
    /// <summary>The examples that exported graphs are checked with at a time.</summary>
    private const int Checked = 8;

    public int Tokens { get; private set; }

    public string Description => inner.Description;

    public IReadOnlyList<ParameterSpec> Parameters => inner.Parameters;

    public long OptimizerStep
    {
        get => inner.OptimizerStep;
        set => inner.OptimizerStep = value;
    }

    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        Look(batch);
        return inner.ForwardBackward(batch, lossScale, dropoutSeed, cancellationToken);
    }

    public IReadOnlyDictionary<string, float[]> Forward(PackedBatch batch, CancellationToken cancellationToken = default)
    {
        Look(batch);
        return inner.Forward(batch, cancellationToken);
    }

    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm) => inner.Apply(learningRates, clipNorm);

    public void ReadParameter(string name, Span<float> destination) => inner.ReadParameter(name, destination);

    public void WriteParameter(string name, ReadOnlySpan<float> source) => inner.WriteParameter(name, source);

    public void ReadGradient(string name, Span<float> destination) => inner.ReadGradient(name, destination);

    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment) => inner.ReadOptimizerState(name, firstMoment, secondMoment);

    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment) =>
        inner.WriteOptimizerState(name, firstMoment, secondMoment);

    public void Dispose() => inner.Dispose();

    private void Look(PackedBatch batch)
    {
        if (batch.ExampleCount != Checked)
            Tokens = Math.Max(Tokens, batch.ExampleCount * batch.LongestLength);
    }
}

/// <summary>Makes one over ONNX Runtime's engine.</summary>
internal sealed record WidestBatchOptions : TrainingEngineOptions
{
    public WidestBatch? Made { get; private set; }

    internal override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        Made = new WidestBatch(new OnnxRuntimeEngine(parameters, optimizer));
}
