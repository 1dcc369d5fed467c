using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>A view that knows how many of its cursors are open.</summary>
internal sealed class WatchedView(IDataView inner) : IDataView
{
    public int Open { get; private set; }

    public bool CanShuffle => inner.CanShuffle;

    public DataViewSchema Schema => inner.Schema;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, inner.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly WatchedView _owner;
        private readonly DataViewRowCursor _inner;

        public Cursor(WatchedView owner, DataViewRowCursor inner)
        {
            _owner = owner;
            _inner = inner;
            owner.Open++;
        }

        public override DataViewSchema Schema => _inner.Schema;

        public override long Position => _inner.Position;

        public override long Batch => _inner.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _inner.IsColumnActive(column);

        public override bool MoveNext() => _inner.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => _inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _inner.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _owner.Open--;
                _inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
