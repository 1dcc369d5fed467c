namespace Microsoft.ML.Data;

/// <summary>Some columns of the input, in some order.</summary>
internal sealed class ColumnProjection : RowMapper
{
    public ColumnProjection(DataViewSchema inputSchema, int[] sources)
        : base(inputSchema, sources)
    {
    }

    protected override void MarkDependencies(int added, bool[] needed) => throw NothingIsComputed();

    protected override Func<int, Delegate> BindTo(DataViewRow input) => throw NothingIsComputed();

    private static InvalidOperationException NothingIsComputed() => new("A projection computes no columns.");
}
