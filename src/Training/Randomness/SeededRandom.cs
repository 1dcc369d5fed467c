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
