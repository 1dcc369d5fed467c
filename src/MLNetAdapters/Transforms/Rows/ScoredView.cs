using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>A view with scored columns behind those of its input; nothing is computed before a cursor moves.</summary>
internal sealed class ScoredView(BertTransformer transformer, IDataView input) : IDataView
{
    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(input.Schema);

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        return Wrap(input.GetRowCursor(transformer.Dependencies(input.Schema, active), rand), active);
    }

    /// <summary>One cursor where rows are scored, since a batch takes all processors; as many as the input gives otherwise.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        DataViewSchema.Column[] needed = transformer.Dependencies(input.Schema, active);
        return BertTransformer.Scores(input.Schema, active)
            ? [Wrap(input.GetRowCursor(needed, rand), active)]
            : [.. input.GetRowCursorSet(needed, n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor rows, bool[] active) => Owned.HandOn(rows, own =>
        BertTransformer.Scores(input.Schema, active)
            ? transformer.Model.Score(transformer, Schema, own, active)
            : new PassThroughCursor(Schema, own, active));

    /// <summary>The cursor where no scored column is asked for: the upstream cursor under the longer schema, with nothing scored.</summary>
    private sealed class PassThroughCursor(DataViewSchema schema, DataViewRowCursor input, bool[] active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ActiveColumns.Check(active, column);
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>Which columns of a schema a consumer asks for, and how it reads them.</summary>
internal static class ActiveColumns
{
    /// <summary>One flag a column of <paramref name="schema"/>, by index.</summary>
    public static bool[] Of(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            active[column.Index] = true;
        return active;
    }

    /// <summary>Checks that a column was asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was not.</exception>
    public static void Check(bool[] active, DataViewSchema.Column column)
    {
        if (!active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was made.");
    }

    /// <summary>A getter as the consumer asked for it.</summary>
    /// <exception cref="InvalidOperationException">The column holds values of another type.</exception>
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type} (read as {column.Type.RawType}), not {typeof(TValue)}.");
}
