using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// The values of one input column for the rows that have been pulled ahead and not yet handed on. The upstream cursor has
/// moved past those rows, so their values are kept here.
/// </summary>
internal abstract class ColumnQueue
{
    /// <summary>Adds the value of the row that the upstream cursor stands on.</summary>
    public abstract void Enqueue();

    /// <summary>Makes the oldest value the current one.</summary>
    public abstract void Dequeue();

    /// <summary>A getter of the current value, which does not share buffers with the queue.</summary>
    public abstract Delegate Getter(Action checkPosition);

    /// <summary>Makes the queue of an active column.</summary>
    public static ColumnQueue Of(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        Type queue = column.Type is VectorDataViewType vector
            ? typeof(VectorColumnQueue<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ValueColumnQueue<>).MakeGenericType(raw);
        return (ColumnQueue)Activator.CreateInstance(queue, row, column)!;
    }
}
