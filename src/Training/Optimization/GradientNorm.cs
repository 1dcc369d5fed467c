using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BertMLNet.Training;

/// <summary>The gradients' total norm, with an order of additions that is the same on every machine and number of threads.</summary>
public static class GradientNorm
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

    /// <summary>What the gradients are multiplied by so that their norm is at most <paramref name="clipNorm"/>; 1 where that is 0 or less.</summary>
    public static double ClipScale(double norm, double clipNorm) => clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
}
