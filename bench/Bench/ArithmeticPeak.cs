using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BertMLNet.Bench;

/// <summary>Multiplications and additions alone, out of registers, on every processor: what no matrix product can exceed.</summary>
internal static class ArithmeticPeak
{
    private const int Steps = 50_000_000;

    // Enough independent sums to hide an addition's latency, few enough for the registers.
    private const int Sums = 12;

    /// <summary>GFLOP/s of single precision, the best of several runs; null on a processor without AVX-512.</summary>
    public static double? Measure()
    {
        if (!Vector512.IsHardwareAccelerated)
            return null;
        double best = 0;
        for (int run = 0; run < 5; run++)
        {
            Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work()))];
            long start = Stopwatch.GetTimestamp();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            double operations = 2.0 * Sums * Steps * Vector512<float>.Count * threads.Length;
            best = Math.Max(best, operations / 1e9 / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Work()
    {
        Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        Vector512<float> factor = Vector512.Create(0.999f), term = Vector512.Create(0.001f);
        for (int step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, term);
            b = Vector512.FusedMultiplyAdd(b, factor, term);
            c = Vector512.FusedMultiplyAdd(c, factor, term);
            d = Vector512.FusedMultiplyAdd(d, factor, term);
            e = Vector512.FusedMultiplyAdd(e, factor, term);
            f = Vector512.FusedMultiplyAdd(f, factor, term);
            g = Vector512.FusedMultiplyAdd(g, factor, term);
            h = Vector512.FusedMultiplyAdd(h, factor, term);
            i = Vector512.FusedMultiplyAdd(i, factor, term);
            j = Vector512.FusedMultiplyAdd(j, factor, term);
            k = Vector512.FusedMultiplyAdd(k, factor, term);
            l = Vector512.FusedMultiplyAdd(l, factor, term);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
