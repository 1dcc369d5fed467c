using Microsoft.ML;

namespace BertMLNet;

/// <summary>A view with scored columns behind those of its input; nothing is computed before a cursor moves.</summary>
internal sealed class ScoredDataView<TRow, TResult> : IDataView
{
    private readonly RowScoring<TRow, TResult> _scoring;
    private readonly IDataView _input;

    public ScoredDataView(RowScoring<TRow, TResult> scoring, IDataView input)
    {
        _scoring = scoring;
        _input = input;
        Schema = scoring.Extend(input.Schema);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _input.CanShuffle;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        return Wrap(_input.GetRowCursor(InputColumns(active), rand), active);
    }

    /// <summary>One cursor where rows are scored, since a batch takes all processors; as many as the input gives otherwise.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        return Scores(active)
            ? [Wrap(_input.GetRowCursor(InputColumns(active), rand), active)]
            : [.. _input.GetRowCursorSet(InputColumns(active), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor input, bool[] active)
    {
        try
        {
            return Scores(active)
                ? new ScoredCursor<TRow, TResult>(_scoring, Schema, input, active)
                : new PassThroughCursor(Schema, input, active);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private bool Scores(bool[] active) => active.AsSpan(_input.Schema.Count).Contains(true);

    private DataViewSchema.Column[] InputColumns(bool[] active) =>
        _scoring.Dependencies(_input.Schema, active, Scores(active));
}
