namespace Microsoft.ML.Data;

/// <summary>Text files as a view: read anew, line by line, by each cursor.</summary>
internal sealed class TextView : IDataView
{
    private readonly IMultiStreamSource _source;
    private readonly TextLoader.Options _options;
    private readonly TextColumn[] _columns;

    public TextView(IMultiStreamSource source, TextLoader.Options options, TextColumn[] columns, DataViewSchema schema)
    {
        _source = source;
        _options = options;
        _columns = columns;
        Schema = schema;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, Schema.ActiveColumns(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly IEnumerator<TextLine> _lines;
        private readonly FieldSplitter _splitter;
        private readonly TextCell[] _cells;

        public Cursor(TextView view, bool[] active)
            : base(view.Schema, active)
        {
            _lines = new TextLines(view._source, view._options).GetEnumerator();
            _splitter = new FieldSplitter(view._options);
            _cells = [.. view._columns.Select((column, i) => active[i] ? TextCell.Create(column, CheckPositioned) : null)];
        }

        protected override bool MoveNextRow()
        {
            if (!_lines.MoveNext())
                return false;
            var line = _lines.Current;
            _splitter.Split(line.Text);
            foreach (var cell in _cells)
                cell?.Read(_splitter, line.Number);
            return true;
        }

        protected override Delegate GetterOf(int column) => _cells[column].Getter;

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
