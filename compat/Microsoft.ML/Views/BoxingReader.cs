namespace Microsoft.ML.Data;

/// <summary>Reads a column of any type as objects, each with arrays of its own.</summary>
internal static class BoxingReader
{
    public static Func<object> Create(DataViewRow row, DataViewSchema.Column column)
        => GenericCall.Invoke<Func<object>>(CreateOf<int>, [column.Type.RawType], row, column);

    private static Func<object> CreateOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };
    }
}
