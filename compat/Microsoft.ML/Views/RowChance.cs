using System.Text;

namespace Microsoft.ML.Data;

/// <summary>A number from 0 to 1 for each row, the same in every pass: drawn by row, or by the value of a column.</summary>
internal sealed class RowChance
{
    private readonly int _seed;

    public RowChance(int seed, params DataViewSchema.Column[] columns)
    {
        _seed = seed;
        Columns = columns;
    }

    /// <summary>The column by whose value is drawn; none when each row is drawn for itself.</summary>
    public DataViewSchema.Column[] Columns { get; }

    public Func<double> Over(DataViewRow row)
    {
        if (Columns is [var column])
            return GenericCall.Invoke<Func<double>>(ByValue<int>, [column.Type.RawType], row, column);
        var random = new Random(_seed);
        return random.NextDouble;
    }

    private Func<double> ByValue<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return new Random(StableHash(FormattableString.Invariant($"{value}")) ^ _seed).NextDouble();
        };
    }

    /// <summary>FNV-1a: string.GetHashCode differs from one process to the next.</summary>
    private static int StableHash(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619;
        return (int)hash;
    }
}
