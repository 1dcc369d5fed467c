using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BertMLNet.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019), element by element as in PyTorch's AdamW.</summary>
internal static class AdamW
{
    /// <summary>
    /// Updates weights and moments with the gradients and clears the gradients, in one pass over memory. Every element
    /// depends on itself alone and is computed with the same roundings whether it falls into a vector or into the rest,
    /// so the result is the same however a parameter is cut into pieces.
    /// </summary>
    public static void Update(
        Span<float> weights, Span<float> gradients, Span<float> firstMoments, Span<float> secondMoments, in AdamWStep step)
    {
        int count = weights.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradients.Length, count, nameof(gradients));
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoments.Length, count, nameof(firstMoments));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoments.Length, count, nameof(secondMoments));

        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        ref float m = ref MemoryMarshal.GetReference(firstMoments);
        ref float v = ref MemoryMarshal.GetReference(secondMoments);

        AdamWStep s = step;
        nuint i = 0;
        for (nuint end = (nuint)(count - count % Vector256<float>.Count); i < end; i += (nuint)Vector256<float>.Count)
        {
            Vector256<float> gradient = Vector256.LoadUnsafe(ref g, i) * s.GradientScale;
            Vector256<float> first = Vector256.LoadUnsafe(ref m, i) * s.FirstDecay + gradient * s.FirstGain;
            Vector256<float> second = Vector256.LoadUnsafe(ref v, i) * s.SecondDecay + gradient * gradient * s.SecondGain;
            Vector256<float> root = Vector256.Sqrt(second) * s.InverseRootCorrection + Vector256.Create(s.Epsilon);
            Vector256<float> weight = Vector256.LoadUnsafe(ref w, i) * s.WeightScale - first / root * s.StepSize;
            weight.StoreUnsafe(ref w, i);
            first.StoreUnsafe(ref m, i);
            second.StoreUnsafe(ref v, i);
            Vector256<float>.Zero.StoreUnsafe(ref g, i);
        }
        for (; i < (nuint)count; i++)
        {
            float gradient = Unsafe.Add(ref g, i) * s.GradientScale;
            float first = Unsafe.Add(ref m, i) * s.FirstDecay + gradient * s.FirstGain;
            float second = Unsafe.Add(ref v, i) * s.SecondDecay + gradient * gradient * s.SecondGain;
            float root = MathF.Sqrt(second) * s.InverseRootCorrection + s.Epsilon;
            Unsafe.Add(ref w, i) = Unsafe.Add(ref w, i) * s.WeightScale - first / root * s.StepSize;
            Unsafe.Add(ref m, i) = first;
            Unsafe.Add(ref v, i) = second;
            Unsafe.Add(ref g, i) = 0;
        }
    }
}

/// <summary>The numbers of one AdamW update of one parameter group, with all that is the same for every element worked out.</summary>
internal readonly struct AdamWStep
{
    /// <summary>Works the numbers out for one group and update, the first being 1.</summary>
    public AdamWStep(TrainingOptions options, float learningRate, float weightDecay, double gradientScale, long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        FirstDecay = (float)options.Beta1;
        FirstGain = (float)(1 - options.Beta1);
        SecondDecay = (float)options.Beta2;
        SecondGain = (float)(1 - options.Beta2);
        Epsilon = (float)options.Epsilon;
        GradientScale = (float)gradientScale;
        WeightScale = (float)(1 - (double)learningRate * weightDecay);
        double firstCorrection = options.BiasCorrection ? 1 - Math.Pow(options.Beta1, step) : 1;
        double secondCorrection = options.BiasCorrection ? 1 - Math.Pow(options.Beta2, step) : 1;
        StepSize = (float)(learningRate / firstCorrection);
        InverseRootCorrection = (float)(1 / Math.Sqrt(secondCorrection));
    }

    /// <summary>Multiplies the first moment.</summary>
    public float FirstDecay { get; }

    /// <summary>Multiplies the gradient on its way into the first moment.</summary>
    public float FirstGain { get; }

    /// <summary>Multiplies the second moment.</summary>
    public float SecondDecay { get; }

    /// <summary>
    /// Multiplies the gradient's square on its way into the second moment; rounded once, not taken from the rounded decay.
    /// </summary>
    public float SecondGain { get; }

    /// <summary>Added to the root of the corrected second moment.</summary>
    public float Epsilon { get; }

    /// <summary>Multiplies the gradients: below 1 where they are clipped.</summary>
    public float GradientScale { get; }

    /// <summary>Multiplies the weights before the update: decoupled weight decay.</summary>
    public float WeightScale { get; }

    /// <summary>The learning rate over the first moment's bias correction.</summary>
    public float StepSize { get; }

    /// <summary>One over the root of the second moment's bias correction.</summary>
    public float InverseRootCorrection { get; }
}
