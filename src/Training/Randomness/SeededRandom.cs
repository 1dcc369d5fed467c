namespace BertMLNet.Training;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a generator whose numbers are defined by its seed alone, whatever the
/// version of .NET.
/// </summary>
internal struct SeededRandom(ulong seed)
{
    /// <summary>What the state grows by at each draw: 2^64 over the golden ratio.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The generator's output function: a bijection that spreads every bit over all.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += Increment);

    /// <summary>A number from 0 to <paramref name="bound"/>, which is left out. The bias of the division is below 2^-32.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>A number from 0 to 1, which is left out.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts values into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}

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
