using System.Runtime.InteropServices;
using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>
/// Logistic regression on the mean of token vectors, differentiated by hand: the smallest engine with all that the
/// trainer relies on. Dropout leaves single tokens out. A batch that holds <see cref="PoisonToken"/> has no finite loss.
/// </summary>
internal sealed class LogisticEngine : ITrainingEngine
{
    public const int PoisonToken = '!';
    public const string Table = "table.weight";
    public const string Bias = "head.bias";
    private const int Vocabulary = 128;

    private readonly int _classes;
    private readonly double _dropout;
    private readonly Dictionary<string, float[]> _values;
    private readonly Dictionary<string, float[]> _gradients;
    private readonly AdamWOptimizer _optimizer;

    public LogisticEngine(int classes, OptimizerOptions optimizer, double dropout = 0.1)
    {
        _classes = classes;
        _dropout = dropout;
        Parameters = SpecsFor(classes);
        var random = new Random(1);
        _values = Parameters.ToDictionary(spec => spec.Name, spec => Enumerable.Range(0, spec.Count).Select(_ => random.NextSingle() * 0.1f).ToArray());
        _gradients = Parameters.ToDictionary(spec => spec.Name, spec => new float[spec.Count]);
        _optimizer = new AdamWOptimizer(optimizer, Parameters.Select(spec => new OptimizedParameter(spec.Name, _values[spec.Name], _gradients[spec.Name])));
    }

    public string Description => "logistic";

    public IReadOnlyList<ParameterSpec> Parameters { get; }

    public List<int> BatchSizes { get; } = [];

    /// <summary>Is called after each micro-batch.</summary>
    public Action? AfterBatch { get; set; }

    /// <summary>Whether evaluations give what is not a number.</summary>
    public bool LosesItself { get; set; }

    public long OptimizerStep
    {
        get => _optimizer.Step;
        set => _optimizer.Step = value;
    }

    public static IReadOnlyList<ParameterSpec> SpecsFor(int classes) =>
    [
        new(Table, [Vocabulary, classes], Initialization.Zeros, 0),
        new(Bias, [classes], Initialization.Zeros, 1),
    ];

    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BatchSizes.Add(batch.ExampleCount);
        var targets = (ClassTargets)batch.Targets!;
        var random = new SeededRandom(dropoutSeed);
        bool[] kept = [.. batch.InputIds.Select(_ => random.Next(1000) >= _dropout * 1000)];
        double[] logits = Logits(batch, kept);
        double loss = 0;
        for (int example = 0, start = 0; example < batch.ExampleCount; start += batch.Lengths[example++])
        {
            Span<double> scores = logits.AsSpan(example * _classes, _classes);
            double largest = scores[0];
            foreach (double score in scores)
                largest = Math.Max(largest, score);
            double sum = 0;
            foreach (double score in scores)
                sum += Math.Exp(score - largest);
            int right = targets.Classes[example];
            double weight = lossScale * targets.Weights[example];
            loss += weight * (Math.Log(sum) + largest - scores[right]);
            for (int c = 0; c < _classes; c++)
            {
                double gradient = weight * (Math.Exp(scores[c] - largest) / sum - (c == right ? 1 : 0));
                _gradients[Bias][c] += (float)gradient;
                for (int t = start; t < start + batch.Lengths[example]; t++)
                {
                    if (kept[t])
                        _gradients[Table][batch.InputIds[t] * _classes + c] += (float)(gradient / batch.Lengths[example]);
                }
            }
        }
        AfterBatch?.Invoke();
        return batch.InputIds.Contains(PoisonToken) ? float.NaN : (float)loss;
    }

    public IReadOnlyDictionary<string, float[]> Forward(PackedBatch batch, CancellationToken cancellationToken = default) => new Dictionary<string, float[]>
    {
        [TensorNames.Logits] = [.. Logits(batch, [.. batch.InputIds.Select(_ => true)]).Select(value => LosesItself ? float.NaN : (float)value)],
    };

    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm) => _optimizer.Apply(learningRates, clipNorm);

    public void ReadParameter(string name, Span<float> destination) => _values[name].CopyTo(destination);

    public void WriteParameter(string name, ReadOnlySpan<float> source) => source.CopyTo(_values[name]);

    public void ReadGradient(string name, Span<float> destination) => _gradients[name].CopyTo(destination);

    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment) =>
        _optimizer.ReadState(name, firstMoment, secondMoment);

    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment) =>
        _optimizer.WriteState(name, firstMoment, secondMoment);

    public void Dispose()
    {
    }

    /// <summary>All weights, moments left aside, as one run of bytes to compare.</summary>
    public byte[] WeightBytes() => [.. Parameters.SelectMany(spec => MemoryMarshal.AsBytes<float>(_values[spec.Name]).ToArray())];

    private double[] Logits(PackedBatch batch, bool[] kept)
    {
        var logits = new double[batch.ExampleCount * _classes];
        for (int example = 0, start = 0; example < batch.ExampleCount; start += batch.Lengths[example++])
        {
            for (int c = 0; c < _classes; c++)
            {
                double sum = 0;
                for (int t = start; t < start + batch.Lengths[example]; t++)
                    sum += kept[t] ? _values[Table][batch.InputIds[t] * _classes + c] : 0;
                logits[example * _classes + c] = _values[Bias][c] + sum / batch.Lengths[example];
            }
        }
        return logits;
    }
}
