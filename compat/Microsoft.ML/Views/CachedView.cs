namespace Microsoft.ML.Data;

/// <summary>Keeps columns in memory when they are first read; each is computed once.</summary>
internal sealed class CachedView : IDataView
{
    private readonly IDataView _input;
    private readonly Lock _lock = new();
    private readonly ColumnBuffer[] _columns;
    private volatile List<DataViewRowId> _ids;

    public CachedView(IDataView input)
    {
        _input = input;
        _columns = new ColumnBuffer[input.Schema.Count];
    }

    public DataViewSchema Schema => _input.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => _ids?.Count ?? _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, Schema.ActiveColumns(columnsNeeded), rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Reads in one pass what is wanted and not yet there.</summary>
    private List<DataViewRowId> Fill(bool[] active)
    {
        lock (_lock)
        {
            DataViewSchema.Column[] missing = [.. Schema.Where(column => active[column.Index] && _columns[column.Index] is null)];
            if (missing.Length == 0 && _ids is not null)
                return _ids;

            var ids = new List<DataViewRowId>();
            ColumnBuffer[] buffers = [.. missing.Select(ColumnBuffer.Create)];
            using (var cursor = _input.GetRowCursor(missing))
            {
                for (int i = 0; i < missing.Length; i++)
                    buffers[i].BindTo(cursor, missing[i]);
                var getId = cursor.GetIdGetter();
                while (cursor.MoveNext())
                {
                    foreach (var buffer in buffers)
                        buffer.Store(ids.Count);
                    DataViewRowId id = default;
                    getId(ref id);
                    ids.Add(id);
                }
            }

            for (int i = 0; i < missing.Length; i++)
                _columns[missing[i].Index] = buffers[i];
            return _ids = ids;
        }
    }

    private sealed class Cursor : SourceCursor
    {
        private readonly CachedView _view;
        private readonly bool[] _active;
        private readonly Random _random;
        private List<DataViewRowId> _ids;
        private int[] _order;

        public Cursor(CachedView view, bool[] active, Random random)
            : base(view.Schema, active)
        {
            _view = view;
            _active = active;
            _random = random;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Index()];

        protected override bool MoveNextRow()
        {
            if (_ids is null)
            {
                _ids = _view.Fill(_active);
                _order = [.. Enumerable.Range(0, _ids.Count)];
                _random?.Shuffle(_order);
            }

            return Position + 1 < _ids.Count;
        }

        // The columns are read at the first MoveNext, and getters may be asked for before it.
        protected override Delegate GetterOf(int column) => LateGetter.Create(Schema[column], () => _view._columns[column].CreateGetter(Index));

        private int Index()
        {
            CheckPositioned();
            return _order[Position];
        }
    }
}
