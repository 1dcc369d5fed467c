using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

internal sealed class LengthView(LengthTransformer owner, IDataView input) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema { get; } = owner.GetOutputSchema(input.Schema);

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = columnsNeeded.Select(column => column.Index).ToHashSet();
        bool scores = active.Any(index => index >= input.Schema.Count);
        var source = input.Schema[owner.Column];
        var needed = input.Schema.Where(column => active.Contains(column.Index) || (scores && column.Index == source.Index));
        return new LengthCursor(owner, Schema, input.GetRowCursor([.. needed], rand), active, scores);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}
