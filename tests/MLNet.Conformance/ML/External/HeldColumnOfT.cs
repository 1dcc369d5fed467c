using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

internal sealed class HeldColumn<T>(DataViewRow row, DataViewSchema.Column column) : HeldColumn
{
    private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
    private readonly List<T> _values = [];

    public override void Hold()
    {
        T value = default!;
        _getter(ref value);
        _values.Add(value);
    }

    public override void Clear() => _values.Clear();

    public override Delegate Getter(Func<int> index) => (ValueGetter<T>)((ref T value) => value = _values[index()]);

    public override string[] Texts() => [.. _values.Select(value => value!.ToString()!)];
}
