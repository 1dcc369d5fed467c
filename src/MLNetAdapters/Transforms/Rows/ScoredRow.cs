using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>An input row with scored columns behind its own; it is scored once a position, when a scored column is read.</summary>
internal sealed class ScoredRow<TRow, TResult>(
    RowScoring<TRow, TResult> scoring, DataViewSchema schema, DataViewRow input, bool[] active) : DataViewRow
{
    private readonly int _inputColumns = input.Schema.Count;
    private RowReader<TRow, TResult>? _reader;
    private TResult _result = default!;
    private long? _scoredPosition;

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the row was made.");
        if (column.Index < _inputColumns)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        _reader ??= new(scoring, input);
        return Getters.Typed<TValue>(scoring.OutputColumns[column.Index - _inputColumns].Getter(Current), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }

    private TResult Current()
    {
        if (_scoredPosition != input.Position)
        {
            _result = scoring.Score(_reader!.Read());
            _scoredPosition = input.Position;
        }
        return _result;
    }
}
