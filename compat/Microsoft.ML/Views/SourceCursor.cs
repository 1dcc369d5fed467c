namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that come from outside or from memory; their ids are row numbers.</summary>
internal abstract class SourceCursor : CountingCursor
{
    private readonly bool[] _active;

    protected SourceCursor(DataViewSchema schema, bool[] active)
    {
        Schema = schema;
        _active = active;
    }

    public override DataViewSchema Schema { get; }

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckPositioned();
        id = new DataViewRowId((ulong)Position, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Getters.Typed<TValue>(_active[column.Index] ? GetterOf(column.Index) : null, column);

    protected abstract Delegate GetterOf(int column);
}
