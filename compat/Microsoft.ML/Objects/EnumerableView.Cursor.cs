namespace Microsoft.ML.Data;

internal sealed partial class EnumerableView<TRow>
{
    private sealed class Cursor : SourceCursor
    {
        private readonly IEnumerator<TRow> _rows;
        private readonly Delegate[] _getters;
        private TRow _current;

        public Cursor(ObjectSchema<TRow> objects, IEnumerator<TRow> rows, bool[] active)
            : base(objects.Schema, active)
        {
            _rows = rows;
            _getters = [.. Schema.Select(column => active[column.Index] ? objects.CreateGetter(column.Index, Current) : null)];
        }

        protected override bool MoveNextRow()
        {
            if (!_rows.MoveNext())
                return false;
            _current = _rows.Current;
            Check.That(_current is not null, "Encountered null when iterating over data, this is not supported.");
            return true;
        }

        protected override Delegate GetterOf(int column) => _getters[column];

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }

        private TRow Current()
        {
            CheckPositioned();
            return _current;
        }
    }
}
