namespace Microsoft.ML.Data;

internal sealed class ColumnBuffer<T> : ColumnBuffer
{
    private readonly List<T> _values = [];
    private ValueGetter<T> _getter;

    public override void BindTo(DataViewRow row, DataViewSchema.Column column) => _getter = row.GetGetter<T>(column);

    public override void Store(int index)
    {
        // A default value each time: vectors must not share their arrays.
        T value = default;
        _getter(ref value);
        if (index < _values.Count)
            _values[index] = value;
        else
            _values.Add(value);
    }

    public override Delegate CreateGetter(Func<int> index) => Copier is { } copy
        ? (ValueGetter<T>)((ref T value) => copy(_values[index()], ref value))
        : (ValueGetter<T>)((ref T value) => value = _values[index()]);

    private delegate void Copy(T source, ref T destination);

    /// <summary>How a vector is copied out, for whoever gets it may write into it; null for types that are plain values.</summary>
    private static readonly Copy Copier = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? typeof(VectorCopy).GetMethod(nameof(VectorCopy.Copy)).MakeGenericMethod(typeof(T).GetGenericArguments()).CreateDelegate<Copy>()
        : null;
}
