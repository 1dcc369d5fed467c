namespace Microsoft.ML.Data;

/// <summary>A cursor that counts its own rows: -1 before the first and after the last.</summary>
internal abstract class CountingCursor : DataViewRowCursor
{
    private long _position = -1;
    private bool _ended;

    public sealed override long Position => _position;

    public sealed override bool MoveNext()
    {
        if (!_ended && MoveNextRow())
        {
            _position++;
            return true;
        }

        _ended = true;
        _position = -1;
        return false;
    }

    protected abstract bool MoveNextRow();

    protected void CheckPositioned() => Check.That(_position >= 0, Getters.NotPositioned);
}
