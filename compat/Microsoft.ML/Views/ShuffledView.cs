namespace Microsoft.ML.Data;

/// <summary>
/// Rows in an order drawn by a seed, the same in each pass: a pool of rows is kept, and each row handed out is drawn
/// from it and replaced by the next of the input.
/// </summary>
internal sealed class ShuffledView : IDataView
{
    private readonly IDataView _input;
    private readonly int _seed;
    private readonly int _poolSize;
    private readonly bool _shuffleSource;

    public ShuffledView(IDataView input, int seed, int poolSize, bool shuffleSource)
    {
        _input = input;
        _seed = seed;
        _poolSize = poolSize;
        _shuffleSource = shuffleSource;
    }

    public DataViewSchema Schema => _input.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var random = new Random(_seed);
        var active = Schema.ActiveColumns(columnsNeeded);
        var input = _input.GetRowCursor([.. Schema.Where(column => active[column.Index])], _shuffleSource && _input.CanShuffle ? random : null);
        return new Cursor(input, active, _poolSize, random);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly int _poolSize;
        private readonly Random _random;
        private readonly ColumnBuffer[] _columns;
        private readonly ValueGetter<DataViewRowId> _getId;
        private readonly List<DataViewRowId> _ids = [];
        private readonly List<int> _pool = [];
        private int _drawn = -1;

        public Cursor(DataViewRowCursor input, bool[] active, int poolSize, Random random)
            : base(input.Schema, active)
        {
            _input = input;
            _poolSize = poolSize;
            _random = random;
            _getId = input.GetIdGetter();
            _columns = new ColumnBuffer[active.Length];
            foreach (var column in Schema.Where(column => active[column.Index]))
            {
                _columns[column.Index] = ColumnBuffer.Create(column);
                _columns[column.Index].BindTo(input, column);
            }
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Drawn()];

        protected override bool MoveNextRow()
        {
            while (_pool.Count < _poolSize && _input.MoveNext())
                _pool.Add(Store());
            if (_pool.Count == 0)
                return false;
            int place = _random.Next(_pool.Count);
            _drawn = _pool[place];
            _pool[place] = _pool[^1];
            _pool.RemoveAt(_pool.Count - 1);
            return true;
        }

        protected override Delegate GetterOf(int column) => _columns[column].CreateGetter(Drawn);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Keeps the input's row in the place of the one handed out last.</summary>
        private int Store()
        {
            int index = _drawn >= 0 ? _drawn : _ids.Count;
            _drawn = -1;
            DataViewRowId id = default;
            _getId(ref id);
            if (index < _ids.Count)
                _ids[index] = id;
            else
                _ids.Add(id);
            foreach (var column in _columns)
                column?.Store(index);
            return index;
        }

        private int Drawn()
        {
            CheckPositioned();
            return _drawn;
        }
    }
}
