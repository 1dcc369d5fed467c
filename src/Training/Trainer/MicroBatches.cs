namespace BertMLNet.Training;

/// <summary>Splits examples into batches under a bound of tokens.</summary>
internal static class MicroBatches
{
    /// <summary>
    /// Sorts examples by length, longest first, and takes as many at a time as the bound lets, counting each as long as
    /// the longest beside it.
    /// </summary>
    /// <param name="features">Where the lengths come from.</param>
    /// <param name="indices">The examples.</param>
    /// <param name="tokens">The bound; an example that is longer goes alone.</param>
    /// <param name="parts">The fewest batches to make of them, as long as there are examples enough.</param>
    public static IEnumerable<int[]> Split(IFeatureSet features, IReadOnlyList<int> indices, int tokens, int parts = 1)
    {
        int[] sorted = [.. indices.OrderByDescending(features.LengthOf)];
        int most = sorted.Length;
        int made = 0;
        for (int start = 0; start < sorted.Length; made++)
        {
            // Where the examples do not divide evenly, the first parts have one more than the last.
            int left = sorted.Length - start;
            int partsLeft = Math.Max(1, parts - made);
            most = Math.Min(most, (int)(((long)left + partsLeft - 1) / partsLeft));
            int fit = Math.Clamp(tokens / Math.Max(1, features.LengthOf(sorted[start])), 1, most);
            int end = Math.Min(start + fit, sorted.Length);
            yield return sorted[start..end];
            start = end;
        }
    }
}
