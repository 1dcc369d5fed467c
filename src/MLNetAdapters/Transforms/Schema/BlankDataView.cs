using Microsoft.ML;

namespace BertMLNet;

/// <summary>A data view of a given schema, for whoever asks for no more: rows, where it has any, hold nothing but default values.</summary>
/// <param name="schema">The schema.</param>
/// <param name="rows">The number of rows.</param>
internal sealed class BlankDataView(DataViewSchema schema, long rows = 0) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new BlankCursor(schema, rows, ActiveColumns.Of(schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
