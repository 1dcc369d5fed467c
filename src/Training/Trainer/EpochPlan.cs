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
