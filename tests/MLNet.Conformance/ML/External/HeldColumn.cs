using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>The values of one column for the rows of a batch.</summary>
internal abstract class HeldColumn
{
    public static HeldColumn Create(DataViewRow row, DataViewSchema.Column column)
        => (HeldColumn)Activator.CreateInstance(typeof(HeldColumn<>).MakeGenericType(column.Type.RawType), row, column)!;

    public abstract void Hold();

    public abstract void Clear();

    public abstract Delegate Getter(Func<int> index);

    public abstract string[] Texts();
}
