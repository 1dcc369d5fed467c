namespace Microsoft.ML.Data;

/// <summary>
/// A mapped cursor. ML.NET computes such columns on worker threads, whose failures it wraps in an
/// InvalidOperationException; here they are computed by the reader, and wrapped alike.
/// </summary>
internal sealed class MappedCursor : DataViewRowCursor
{
    private const string WorkerFailed = "Splitter/consolidator worker encountered exception while consuming source data";

    private readonly DataViewRowCursor _input;
    private readonly MappedRow _row;
    private readonly bool _wraps;

    public MappedCursor(RowMapper mapper, DataViewRowCursor input, bool[] active)
    {
        _input = input;
        _row = new MappedRow(mapper, input, active);
        _wraps = mapper.ComputesAny(active);
    }

    public override DataViewSchema Schema => _row.Schema;

    public override long Position => _row.Position;

    public override long Batch => _row.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

    public override bool MoveNext()
    {
        try
        {
            return _input.MoveNext();
        }
        catch (Exception exception) when (MustWrap(exception))
        {
            throw new InvalidOperationException(WorkerFailed, exception);
        }
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var getter = _row.GetGetter<TValue>(column);
        if (!_wraps)
            return getter;
        return (ref TValue value) =>
        {
            try
            {
                getter(ref value);
            }
            catch (Exception exception) when (MustWrap(exception))
            {
                throw new InvalidOperationException(WorkerFailed, exception);
            }
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _row.Dispose();
        base.Dispose(disposing);
    }

    private bool MustWrap(Exception exception)
        => _wraps && exception is not InvalidOperationException { Message: WorkerFailed, InnerException: not null };
}
