namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that come from outside or from memory: counts positions, and ids are row numbers.</summary>
internal abstract class SourceCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private long _position = -1;
    private bool _ended;

    protected SourceCursor(DataViewSchema schema, bool[] active)
    {
        Schema = schema;
        _active = active;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public sealed override bool MoveNext()
    {
        if (_ended)
            return false;
        if (MoveNextRow())
        {
            _position++;
            return true;
        }

        _ended = true;
        _position = -1;
        return false;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckPositioned();
        id = new DataViewRowId((ulong)_position, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Getters.Typed<TValue>(_active[column.Index] ? GetterOf(column.Index) : null, column);

    protected abstract bool MoveNextRow();

    protected abstract Delegate GetterOf(int column);

    protected void CheckPositioned() => Check.That(_position >= 0, Getters.NotPositioned);
}
