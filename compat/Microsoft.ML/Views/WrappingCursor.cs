namespace Microsoft.ML.Data;

/// <summary>A cursor over another's rows and columns that changes which rows there are.</summary>
internal abstract class WrappingCursor : CountingCursor
{
    protected WrappingCursor(DataViewRowCursor input) => Input = input;

    public override DataViewSchema Schema => Input.Schema;

    public override long Batch => Input.Batch;

    protected DataViewRowCursor Input { get; }

    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Input.Dispose();
        base.Dispose(disposing);
    }
}
