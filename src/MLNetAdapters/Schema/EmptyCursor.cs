using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The cursor of a view without rows.</summary>
internal sealed class EmptyCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    public override DataViewSchema Schema => schema;

    public override long Position => -1;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override bool MoveNext() => false;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId _) => throw NoRow();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ref TValue _) => throw NoRow();

    private static InvalidOperationException NoRow() => new("The view has no rows.");
}
