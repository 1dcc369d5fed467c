using Microsoft.ML;

namespace BertMLNet;

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
