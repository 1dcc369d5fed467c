namespace Microsoft.ML.Data;

/// <summary>The rows of a view that a test lets through.</summary>
internal sealed class FilteredView : IDataView
{
    private readonly IDataView _input;
    private readonly DataViewSchema.Column[] _tested;
    private readonly Func<DataViewRow, Func<bool>> _test;
    private readonly bool _dependsOnOrder;

    /// <param name="input">The view.</param>
    /// <param name="tested">The columns that the test reads.</param>
    /// <param name="test">Makes a test of a cursor's current row.</param>
    /// <param name="dependsOnOrder">Whether the test counts rows, so that they must not be shuffled.</param>
    public FilteredView(IDataView input, DataViewSchema.Column[] tested, Func<DataViewRow, Func<bool>> test, bool dependsOnOrder)
    {
        _input = input;
        _tested = tested;
        _test = test;
        _dependsOnOrder = dependsOnOrder;
    }

    public DataViewSchema Schema => _input.Schema;

    public bool CanShuffle => !_dependsOnOrder && _input.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = Schema.ActiveColumns(columnsNeeded);
        var needed = Schema.Where(column => active[column.Index] || Array.Exists(_tested, tested => tested.Index == column.Index));
        return new Cursor(_input.GetRowCursor([.. needed], CanShuffle ? rand : null), active, _test);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : WrappingCursor
    {
        private readonly bool[] _active;
        private readonly Func<bool> _test;

        public Cursor(DataViewRowCursor input, bool[] active, Func<DataViewRow, Func<bool>> test)
            : base(input)
        {
            _active = active;
            _test = test(input);
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        protected override bool MoveNextRow()
        {
            while (Input.MoveNext())
            {
                if (_test())
                    return true;
            }

            return false;
        }
    }
}
