using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// A cursor over scored rows. Asked for the next row, it takes the next result from the scorer's stream, which pulls a
/// window of rows from the upstream cursor when it needs one; the other active columns of those rows wait in queues.
/// </summary>
internal sealed class ScoredCursor<TResult> : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly IReadOnlyList<OutputColumn<TResult>> _outputs;
    private readonly Func<TextPair> _read;
    private readonly ColumnQueue?[] _columns;
    private readonly ValueGetter<DataViewRowId> _inputId;
    private readonly Queue<(DataViewRowId Id, long Batch)> _rows = new();
    private readonly IEnumerator<TResult> _results;
    private (DataViewRowId Id, long Batch) _row;
    private long _position = -1;
    private bool _onRow;

    public ScoredCursor(
        OpenModel<TResult> model, DataViewSchema schema, DataViewRowCursor input, IReadOnlyList<string> texts, bool[] active)
    {
        Schema = schema;
        _input = input;
        _active = active;
        _outputs = model.Outputs;
        _read = TextColumns.Reader(input, texts);
        _inputId = input.GetIdGetter();
        _columns = [.. input.Schema.Select(column => active[column.Index] ? ColumnQueue.Of(input, column) : null)];
        _results = model.ScoreStream(Pull()).GetEnumerator();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _onRow ? _position : -1;

    public override long Batch => _onRow ? _row.Batch : 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        _onRow = _results.MoveNext();
        if (!_onRow)
            return false;
        _row = _rows.Dequeue();
        foreach (ColumnQueue? column in _columns)
            column?.Dequeue();
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) =>
        {
            CheckPosition();
            id = _row.Id;
        };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveColumns.Check(_active, column);
        Delegate getter = column.Index < _columns.Length
            ? _columns[column.Index]!.Getter(CheckPosition)
            : _outputs[column.Index - _columns.Length].Getter(Current);
        return ActiveColumns.Typed<TValue>(getter, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _results.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private IEnumerable<TextPair> Pull()
    {
        while (_input.MoveNext())
        {
            foreach (ColumnQueue? column in _columns)
                column?.Enqueue();
            DataViewRowId id = default;
            _inputId(ref id);
            _rows.Enqueue((id, _input.Batch));
            yield return _read();
        }
    }

    private TResult Current()
    {
        CheckPosition();
        return _results.Current;
    }

    private void CheckPosition()
    {
        if (!_onRow)
            throw new InvalidOperationException("The cursor does not stand on a row: call MoveNext, and stop when it says false.");
    }
}
