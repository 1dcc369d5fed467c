namespace Microsoft.ML.Data;

/// <summary>One object at a time as a row: what a prediction engine is fed through.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow
{
    private readonly Delegate[] _getters;
    private TRow _current;
    private long _position = -1;

    public ObjectRow(ObjectSchema<TRow> objects)
    {
        Schema = objects.Schema;
        _getters = [.. Schema.Select(column => objects.CreateGetter(column.Index, Current))];
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void MoveTo(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getters.Typed<TValue>(_getters[column.Index], column);

    private TRow Current()
    {
        Check.That(_position >= 0, Getters.NotPositioned);
        return _current;
    }
}
