namespace Microsoft.ML.Data;

/// <summary>A 128-bit row identity, stable however the row is reached.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;

    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public override string ToString() => $"{High:x16}{Low:x16}";

    public int CompareTo(DataViewRowId other) => new UInt128(High, Low).CompareTo(new UInt128(other.High, other.Low));

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    /// <summary>A child identity, unrelated to those that <see cref="Next"/> gives.</summary>
    public DataViewRowId Fork() => Combine(new DataViewRowId(0x5851f42d4c957f2d, 0x14057b7ef767814f));

    public DataViewRowId Next() => Combine(new DataViewRowId(0x2545f4914f6cdd1d, 0x9e3779b97f4a7c15));

    public DataViewRowId Combine(DataViewRowId other)
    {
        ulong low = Mix(Low ^ Mix(other.Low + 0x9e3779b97f4a7c15));
        ulong high = Mix(High ^ Mix(other.High ^ low));
        return new DataViewRowId(Mix(low + high), high);
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): a bijection that spreads every bit.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
