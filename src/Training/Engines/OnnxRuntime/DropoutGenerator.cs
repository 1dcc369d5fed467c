using System.Numerics;

namespace BertMLNet.Training;

/// <summary>
/// Draws dropout masks from a counter: element i of a mask depends on the seed, the mask's number and i alone, so a
/// repeated step draws the same masks on any number of cores and any vector width.
/// </summary>
internal static class DropoutGenerator
{
    private const int ChunkSize = 1 << 15;

    /// <summary>Fills a mask with 0, at probability <paramref name="rate"/>, or 1 / (1 - rate).</summary>
    public static void Fill(Memory<float> mask, float rate, ulong seed, int maskNumber)
    {
        ulong key = new SeededRandom(seed ^ new SeededRandom((ulong)maskNumber + 1).Next()).Next();
        uint low = (uint)key, high = (uint)(key >> 32);
        uint threshold = (uint)(rate * 4294967296.0);
        float kept = 1f / (1f - rate);
        int chunks = (mask.Length + ChunkSize - 1) / ChunkSize;
        if (chunks <= 1)
        {
            FillChunk(mask.Span, 0, low, high, threshold, kept);
            return;
        }
        Parallel.For(0, chunks, chunk =>
        {
            int start = chunk * ChunkSize;
            FillChunk(mask.Span.Slice(start, Math.Min(ChunkSize, mask.Length - start)), (uint)start, low, high, threshold, kept);
        });
    }

    private static void FillChunk(Span<float> mask, uint start, uint low, uint high, uint threshold, float kept)
    {
        int width = Vector<uint>.Count;
        var lowKey = new Vector<uint>(low);
        var highKey = new Vector<uint>(high);
        var limit = new Vector<uint>(threshold);
        var keptValue = new Vector<float>(kept);
        Vector<uint> counter = Vector.CreateSequence(start, 1u);
        int i = 0;
        for (; i <= mask.Length - width; i += width, counter += new Vector<uint>((uint)width))
        {
            Vector<uint> dropped = Vector.LessThan(Hash(counter, lowKey, highKey), limit);
            Vector.ConditionalSelect(Vector.AsVectorSingle(dropped), Vector<float>.Zero, keptValue).CopyTo(mask[i..]);
        }
        for (; i < mask.Length; i++)
            mask[i] = Hash(start + (uint)i, low, high) < threshold ? 0f : kept;
    }

    /// <summary>Two rounds of multiply and xor-shift, each full avalanche over 32 bits, with one half of the key before each.</summary>
    private static Vector<uint> Hash(Vector<uint> counter, Vector<uint> low, Vector<uint> high)
    {
        Vector<uint> x = (counter ^ low) * new Vector<uint>(0x9E3779B1u);
        x = (x ^ (x >>> 16)) * new Vector<uint>(0x7FEB352Du);
        x = (x ^ (x >>> 15) ^ high) * new Vector<uint>(0x846CA68Bu);
        return x ^ (x >>> 16);
    }

    private static uint Hash(uint counter, uint low, uint high)
    {
        uint x = (counter ^ low) * 0x9E3779B1u;
        x = (x ^ (x >>> 16)) * 0x7FEB352Du;
        x = (x ^ (x >>> 15) ^ high) * 0x846CA68Bu;
        return x ^ (x >>> 16);
    }
}
