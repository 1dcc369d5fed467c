namespace Microsoft.ML.Data;

/// <summary>Row mappers one after the other; each gets the very schema instance that the one before it gives.</summary>
internal sealed class RowMapperChain : IRowToRowMapper
{
    private readonly IRowToRowMapper[] _mappers;

    public RowMapperChain(DataViewSchema inputSchema, ITransformer[] transformers)
    {
        InputSchema = OutputSchema = inputSchema;
        _mappers = new IRowToRowMapper[transformers.Length];
        for (int i = 0; i < _mappers.Length; i++)
        {
            _mappers[i] = transformers[i].GetRowToRowMapper(OutputSchema);
            OutputSchema = _mappers[i].OutputSchema;
        }
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        for (int i = _mappers.Length - 1; i >= 0; i--)
            dependingColumns = _mappers[i].GetDependencies(dependingColumns);
        return dependingColumns;
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        Check.Parameter(ReferenceEquals(input.Schema, InputSchema), nameof(input), "Schema did not match original schema");

        var needed = new IEnumerable<DataViewSchema.Column>[_mappers.Length];
        for (int i = _mappers.Length - 1; i >= 0; i--)
        {
            needed[i] = activeColumns;
            activeColumns = _mappers[i].GetDependencies(activeColumns);
        }

        for (int i = 0; i < _mappers.Length; i++)
            input = _mappers[i].GetRow(input, needed[i]);
        return input;
    }
}
