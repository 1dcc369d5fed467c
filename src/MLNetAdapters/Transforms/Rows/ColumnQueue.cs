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

/// <summary>The queue of a column whose values nobody changes in place.</summary>
internal sealed class ValueColumnQueue<T>(DataViewRow row, DataViewSchema.Column column) : ColumnQueue
{
    private readonly ValueGetter<T> _source = row.GetGetter<T>(column);
    private readonly Queue<T> _values = new();
    private T _current = default!;

    public override void Enqueue()
    {
        T value = default!;
        _source(ref value);
        _values.Enqueue(value);
    }

    public override void Dequeue() => _current = _values.Dequeue();

    public override Delegate Getter(Action checkPosition) =>
        (ValueGetter<T>)((ref T value) =>
        {
            checkPosition();
            value = _current;
        });
}

/// <summary>
/// The queue of a vector column. A consumer may write into the buffer it was given, so values are copied out; buffers
/// that have been handed on take the values of rows to come.
/// </summary>
internal sealed class VectorColumnQueue<T>(DataViewRow row, DataViewSchema.Column column) : ColumnQueue
{
    private readonly ValueGetter<VBuffer<T>> _source = row.GetGetter<VBuffer<T>>(column);
    private readonly Queue<VBuffer<T>> _values = new();
    private readonly Stack<VBuffer<T>> _spare = new();
    private VBuffer<T> _current;

    public override void Enqueue()
    {
        _spare.TryPop(out VBuffer<T> value);
        _source(ref value);
        _values.Enqueue(value);
    }

    public override void Dequeue()
    {
        _spare.Push(_current);
        _current = _values.Dequeue();
    }

    public override Delegate Getter(Action checkPosition) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            checkPosition();
            _current.CopyTo(ref value);
        });
}
