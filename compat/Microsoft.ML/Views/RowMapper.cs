namespace Microsoft.ML.Data;

/// <summary>
/// A mapping of rows: each output column is an input column passed through, or computed. The same mapper serves views
/// and single rows.
/// </summary>
internal abstract class RowMapper : IRowToRowMapper
{
    /// <summary>The input column that an output column is, or -1 where it is computed.</summary>
    private readonly int[] _sources;

    /// <summary>Columns computed and put after those of the input.</summary>
    protected RowMapper(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
        _sources = [.. OutputSchema.Select(column => column.Index < inputSchema.Count ? column.Index : -1)];
    }

    /// <summary>Columns of the input, chosen and ordered; none is computed.</summary>
    protected RowMapper(DataViewSchema inputSchema, int[] sources)
    {
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(source => inputSchema[source]));
        OutputSchema = builder.ToSchema();
        _sources = sources;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => Dependencies(OutputSchema.ActiveColumns(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check.Parameter(ReferenceEquals(input.Schema, InputSchema), nameof(input), "Schema did not match original schema");
        return new MappedRow(this, input, OutputSchema.ActiveColumns(activeColumns));
    }

    public int SourceOf(int outputColumn) => _sources[outputColumn];

    public bool ComputesAny(bool[] active) => Array.Exists(OutputSchema.ToArray(), column => active[column.Index] && _sources[column.Index] < 0);

    /// <summary>The input columns that the active output columns need.</summary>
    public DataViewSchema.Column[] Dependencies(bool[] active)
    {
        var needed = new bool[InputSchema.Count];
        for (int i = 0; i < active.Length; i++)
        {
            if (!active[i])
                continue;
            if (_sources[i] >= 0)
                needed[_sources[i]] = true;
            else
                MarkDependencies(i - InputSchema.Count, needed);
        }

        return [.. InputSchema.Where(column => needed[column.Index])];
    }

    /// <summary>The getters of the active computed columns over a row of the input, by output column.</summary>
    public Delegate[] CreateGetters(DataViewRow input, bool[] active)
    {
        var getters = new Delegate[active.Length];
        if (!ComputesAny(active))
            return getters;
        var create = BindTo(input);
        for (int i = 0; i < active.Length; i++)
        {
            if (active[i] && _sources[i] < 0)
                getters[i] = create(i - InputSchema.Count);
        }

        return getters;
    }

    /// <summary>Marks the input columns that an added column is computed from.</summary>
    protected abstract void MarkDependencies(int added, bool[] needed);

    /// <summary>Makes getters of added columns over a row; state that they share is made once here.</summary>
    protected abstract Func<int, Delegate> BindTo(DataViewRow input);
}
