namespace Microsoft.ML.Data;

/// <summary>The values of one column, kept in memory.</summary>
internal abstract class ColumnBuffer
{
    public static ColumnBuffer Create(DataViewSchema.Column column)
        => (ColumnBuffer)Activator.CreateInstance(typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType));

    /// <summary>Reads from then on the column of a row.</summary>
    public abstract void BindTo(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Keeps the row's current value, at the end or in the place of another.</summary>
    public abstract void Store(int index);

    public abstract Delegate CreateGetter(Func<int> index);
}
