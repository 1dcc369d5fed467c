using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>Reads a batch of rows ahead, keeps what of them is active, scores them together and hands them out in order.</summary>
internal sealed class LengthCursor : DataViewRowCursor
{
    private readonly LengthTransformer _owner;
    private readonly DataViewRowCursor _input;
    private readonly HashSet<int> _active;
    private readonly Dictionary<int, HeldColumn> _held = [];
    private readonly HeldColumn? _texts;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly List<DataViewRowId> _ids = [];
    private float[] _scores = [];
    private int _row = -1;
    private long _position = -1;

    public LengthCursor(LengthTransformer owner, DataViewSchema schema, DataViewRowCursor input, HashSet<int> active, bool scores)
    {
        _owner = owner;
        _input = input;
        _active = active;
        Schema = schema;
        _getId = input.GetIdGetter();
        foreach (var column in input.Schema.Where(column => active.Contains(column.Index)))
            _held[column.Index] = HeldColumn.Create(input, column);
        if (scores)
            _texts = HeldColumn.Create(input, input.Schema[owner.Column]);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override bool MoveNext()
    {
        if (++_row >= _ids.Count && !ReadBatch())
        {
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active.");
        int added = column.Index - _input.Schema.Count;
        var getter = added < 0 ? _held[column.Index].Getter(() => _row) : LengthTransformer.Getter(added, () => _scores[_row]);
        return (ValueGetter<TValue>)getter;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private bool ReadBatch()
    {
        _row = 0;
        _ids.Clear();
        HeldColumn[] columns = [.. _held.Values, .. _texts is null ? Array.Empty<HeldColumn>() : [_texts]];
        foreach (var column in columns)
            column.Clear();
        while (_ids.Count < _owner.BatchSize && _input.MoveNext())
        {
            DataViewRowId id = default;
            _getId(ref id);
            _ids.Add(id);
            foreach (var column in columns)
                column.Hold();
        }

        if (_texts is not null && _ids.Count > 0)
            _scores = _owner.Scorer.Score(_texts.Texts());
        return _ids.Count > 0;
    }
}
