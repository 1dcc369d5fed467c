namespace Microsoft.ML.Data;

/// <summary>Some rows of a view by number; their order matters, so it does not shuffle.</summary>
internal sealed class SkipTakeView : IDataView
{
    private readonly IDataView _input;
    private readonly long _skip;
    private readonly long _take;

    public SkipTakeView(IDataView input, long skip, long take)
    {
        _input = input;
        _skip = skip;
        _take = take;
    }

    public DataViewSchema Schema => _input.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _input.GetRowCount() is { } count ? Math.Min(_take, Math.Max(0, count - _skip)) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(_input.GetRowCursor(columnsNeeded), _skip, _take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : WrappingCursor
    {
        private long _skip;
        private long _take;

        public Cursor(DataViewRowCursor input, long skip, long take)
            : base(input)
        {
            _skip = skip;
            _take = take;
        }

        protected override bool MoveNextRow()
        {
            for (; _skip > 0; _skip--)
            {
                if (!Input.MoveNext())
                    return false;
            }

            return _take-- > 0 && Input.MoveNext();
        }
    }
}
