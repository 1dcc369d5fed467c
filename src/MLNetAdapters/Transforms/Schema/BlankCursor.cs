using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The cursor of a <see cref="BlankDataView"/>.</summary>
internal sealed class BlankCursor(DataViewSchema schema, long rows, bool[] active) : DataViewRowCursor
{
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override bool MoveNext()
    {
        _position = _position + 1 < rows ? _position + 1 : -1;
        return _position >= 0;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ref TValue value) => value = default!;
}
