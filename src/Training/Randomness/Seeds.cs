namespace BertMLNet.Training;

/// <summary>
/// Seeds for every use of chance in training, each worked out from the run's seed and where in the run it is needed.
/// No generator lives longer than one use, so there is no state to save: a resumed run draws what the whole run would have drawn.
/// </summary>
internal static class Seeds
{
    /// <summary>What chance is used for; a different purpose is a different, independent seed.</summary>
    public enum Purpose : ulong
    {
        /// <summary>Setting validation examples aside.</summary>
        Split = 1,

        /// <summary>The order of an epoch's examples.</summary>
        Order = 2,

        /// <summary>The dropout masks of a micro-batch.</summary>
        Dropout = 3,

        /// <summary>Making a pre-training example of a text.</summary>
        Example = 4,

        /// <summary>The masked tokens of a pre-training example.</summary>
        Masks = 5,
    }

    /// <summary>The seed for one use.</summary>
    public static ulong Derive(ulong seed, Purpose purpose, long first = 0, long second = 0)
    {
        ulong state = SeededRandom.Mix(seed + SeededRandom.Increment);
        state = SeededRandom.Mix(state ^ ((ulong)purpose * SeededRandom.Increment));
        state = SeededRandom.Mix(state ^ ((ulong)(first + 1) * SeededRandom.Increment));
        return SeededRandom.Mix(state ^ ((ulong)(second + 1) * SeededRandom.Increment));
    }
}
