using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

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
