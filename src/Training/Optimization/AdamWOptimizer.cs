using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// AdamW over all of a model's parameters, on all cores: clips the gradients, updates the weights in place, clears the
/// gradients. An engine that keeps weights and gradients in memory hands them over once and implements the optimizer's
/// part of <see cref="ITrainingEngine"/> with this.
/// </summary>
internal sealed class AdamWOptimizer
{
    /// <summary>
    /// Elements a piece of work. It is fixed, so the norm adds the same partial sums in the same order on any number of cores.
    /// </summary>
    private const int ChunkSize = 1 << 16;

    private readonly OptimizerOptions _options;
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly Chunk[] _chunks;
    private readonly double[] _partialSums;

    /// <summary>Creates the optimizer with zero moments; parameters in no group are left alone.</summary>
    /// <exception cref="ArgumentException">A group names a parameter that is not there, or two groups name the same.</exception>
    public AdamWOptimizer(OptimizerOptions options, IEnumerable<OptimizedParameter> parameters)
    {
        _options = options;
        Dictionary<string, OptimizedParameter> byName = parameters.ToDictionary(parameter => parameter.Name);
        var chunks = new List<Chunk>();
        for (int group = 0; group < options.Groups.Count; group++)
        {
            foreach (string name in options.Groups[group].Parameters)
            {
                if (!byName.TryGetValue(name, out OptimizedParameter? parameter))
                    throw new ArgumentException($"Parameter group {group} names '{name}', which the model lacks.", nameof(options));
                var slot = new Slot(parameter, group, options.Groups[group].LearningRateScale != 0);
                if (!_slots.TryAdd(name, slot))
                    throw new ArgumentException($"'{name}' is in two parameter groups.", nameof(options));
                for (int start = 0; start < parameter.Weights.Length; start += ChunkSize)
                    chunks.Add(new(slot, start, Math.Min(ChunkSize, parameter.Weights.Length - start)));
            }
        }
        _chunks = [.. chunks];
        _partialSums = new double[_chunks.Length];
    }

    /// <summary>The number of updates made; see <see cref="ITrainingEngine.OptimizerStep"/>.</summary>
    public long Step { get; set; }

    /// <summary>Clips, updates and clears; see <see cref="ITrainingEngine.Apply"/>.</summary>
    /// <returns>The norm, before clipping, of the gradients of the groups whose learning rate is not 0.</returns>
    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(learningRates.Length, _options.Groups.Count, nameof(learningRates));
        float[] rates = learningRates.ToArray();
        double norm = Norm(rates);
        bool updates = double.IsFinite(norm) && Array.Exists(rates, rate => rate != 0);
        if (updates)
            Step++;

        double scale = GradientNorm.ClipScale(norm, clipNorm);
        var steps = new AdamWStep[rates.Length];
        for (int group = 0; updates && group < steps.Length; group++)
            steps[group] = new AdamWStep(_options.Adam, rates[group], _options.Groups[group].WeightDecay, scale, Step);

        Parallel.ForEach(_chunks, chunk =>
        {
            Span<float> gradients = chunk.Gradients;
            if (updates && chunk.Slot.Trains(rates))
                AdamW.Update(chunk.Weights, gradients, chunk.FirstMoments, chunk.SecondMoments, steps[chunk.Slot.Group]);
            else
                gradients.Clear();
        });
        return norm;
    }

    /// <summary>Copies a parameter's moments out; zeros for a frozen one.</summary>
    public void ReadState(string name, Span<float> firstMoment, Span<float> secondMoment)
    {
        Slot slot = Find(name);
        if (slot.IsFrozen)
        {
            firstMoment.Clear();
            secondMoment.Clear();
            return;
        }
        slot.FirstMoments.CopyTo(firstMoment);
        slot.SecondMoments.CopyTo(secondMoment);
    }

    /// <summary>Sets a parameter's moments; a frozen one has none and ignores them.</summary>
    public void WriteState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment)
    {
        Slot slot = Find(name);
        if (slot.IsFrozen)
            return;
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoment.Length, slot.FirstMoments.Length, nameof(firstMoment));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoment.Length, slot.SecondMoments.Length, nameof(secondMoment));
        firstMoment.CopyTo(slot.FirstMoments);
        secondMoment.CopyTo(slot.SecondMoments);
    }

    private Slot Find(string name) =>
        _slots.TryGetValue(name, out Slot? slot)
            ? slot
            : throw new BertMLNetException($"optimizer: the parameter '{name}' is in no parameter group, so it has no state.");

    private double Norm(float[] rates)
    {
        Parallel.For(0, _chunks.Length, i =>
            _partialSums[i] = _chunks[i].Slot.Trains(rates) ? GradientNorm.SumOfSquares(_chunks[i].Gradients) : 0);
        double sum = 0;
        foreach (double partial in _partialSums)
            sum += partial;
        return Math.Sqrt(sum);
    }

    private sealed class Slot(OptimizedParameter parameter, int group, bool trains)
    {
        public OptimizedParameter Parameter { get; } = parameter;

        public int Group { get; } = group;

        public float[] FirstMoments { get; } = trains ? new float[parameter.Weights.Length] : [];

        public float[] SecondMoments { get; } = trains ? new float[parameter.Weights.Length] : [];

        public bool IsFrozen { get; } = !trains;

        public bool Trains(float[] learningRates) => !IsFrozen && learningRates[Group] != 0;
    }

    private readonly record struct Chunk(Slot Slot, int Start, int Length)
    {
        public Span<float> Weights => Slot.Parameter.Weights.Span.Slice(Start, Length);

        public Span<float> Gradients => Slot.Parameter.Gradients.Span.Slice(Start, Length);

        public Span<float> FirstMoments => Slot.FirstMoments.AsSpan(Start, Length);

        public Span<float> SecondMoments => Slot.SecondMoments.AsSpan(Start, Length);
    }
}

/// <summary>The gradients' total norm, with an order of additions that is the same on every machine and number of threads.</summary>
internal static class GradientNorm
{
    /// <summary>The sum of the squares, in double precision; not a number or infinite where a value is.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector256<double> lower = default, upper = default;
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)i));
            lower += low * low;
            upper += high * high;
        }
        Vector256<double> both = lower + upper;
        double sum = (both[0] + both[1]) + (both[2] + both[3]);
        for (; i < values.Length; i++)
            sum += (double)values[i] * values[i];
        return sum;
    }

    /// <summary>
    /// What the gradients are multiplied by so that their norm is at most <paramref name="clipNorm"/>; 1 where that is 0 or less.
    /// </summary>
    public static double ClipScale(double norm, double clipNorm) => clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
}

/// <summary>The memory of a parameter and its gradient that an optimizer works in, whoever owns it.</summary>
internal sealed record OptimizedParameter(string Name, Memory<float> Weights, Memory<float> Gradients);
