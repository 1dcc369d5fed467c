namespace Microsoft.ML.Data;

/// <summary>The current value of a column that is read from text.</summary>
internal abstract class TextCell
{
    public abstract Delegate Getter { get; }

    public static TextCell Create(TextColumn column, Action checkPositioned)
    {
        var cell = column.Type is VectorDataViewType ? typeof(VectorTextCell<>) : typeof(ScalarTextCell<>);
        return (TextCell)Activator.CreateInstance(cell.MakeGenericType(column.ItemType.RawType), column, checkPositioned);
    }

    public abstract void Read(FieldSplitter fields, long line);
}
