namespace Microsoft.ML.Data;

/// <summary>A view whose rows are those of another, mapped when their columns are asked for.</summary>
internal sealed class MappedView : IDataView
{
    private readonly RowMapper _mapper;
    private readonly IDataView _input;

    public MappedView(RowMapper mapper, IDataView input)
    {
        _mapper = mapper;
        _input = input;
    }

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool CanShuffle => _input.CanShuffle;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = Schema.ActiveColumns(columnsNeeded);
        return new MappedCursor(_mapper, _input.GetRowCursor(_mapper.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = Schema.ActiveColumns(columnsNeeded);
        return [.. _input.GetRowCursorSet(_mapper.Dependencies(active), n, rand).Select(cursor => new MappedCursor(_mapper, cursor, active))];
    }
}
