namespace BertMLNet.Training;

/// <summary>Which examples go into which update of an epoch, worked out from the seed and the epoch alone.</summary>
internal static class EpochPlan
{
    /// <summary>
    /// Shuffles all examples, cuts them into buckets of several updates, sorts each bucket by length, cuts it into updates
    /// of examples of like length, and shuffles the updates.
    /// </summary>
    /// <returns>The examples of each update; all have <see cref="TrainingOptions.BatchSize"/> but one.</returns>
    public static int[][] Create(IFeatureSet features, TrainingOptions options, int epoch)
    {
        var random = new SeededRandom(Seeds.Derive(options.Seed, Seeds.Purpose.Order, epoch));
        int[] order = [.. Enumerable.Range(0, features.Count)];
        random.Shuffle<int>(order);
        var updates = new int[UpdatesIn(features.Count, options.BatchSize)][];
        int next = 0;
        foreach (int[] bucket in order.Chunk((int)Math.Min((long)options.BatchSize * options.BucketUpdates, Math.Max(1, order.Length))))
        {
            // A stable sort leaves the shuffled order among examples of one length.
            foreach (int[] batch in bucket.OrderBy(features.LengthOf).Chunk(options.BatchSize))
                updates[next++] = batch;
        }
        random.Shuffle<int[]>(updates);
        return updates;
    }

    /// <summary>The number of updates of an epoch.</summary>
    public static int UpdatesIn(int examples, int batchSize) => (int)(((long)examples + batchSize - 1) / batchSize);
}

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
