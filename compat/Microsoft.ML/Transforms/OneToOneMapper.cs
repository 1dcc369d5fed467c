namespace Microsoft.ML.Data;

/// <summary>Maps pairs of columns: for each, the input column, what the output column is, and its getter over a row.</summary>
internal sealed class OneToOneMapper : RowMapper
{
    private readonly Mapping[] _mappings;

    public OneToOneMapper(DataViewSchema inputSchema, Mapping[] mappings)
        : base(inputSchema, mappings.Select(mapping => mapping.Output))
    {
        _mappings = mappings;
    }

    /// <summary>Finds the input columns of pairs and makes a mapping of each.</summary>
    public static OneToOneMapper Create(DataViewSchema schema, InputOutputColumnPair[] pairs, Func<DataViewSchema.Column, string, Mapping> map)
        => new(schema, [.. pairs.Select(pair => map(SchemaErrors.Find(schema, "inputSchema", "input", pair.InputColumnName), pair.OutputColumnName))]);

    protected override void MarkDependencies(int added, bool[] needed) => needed[_mappings[added].Input.Index] = true;

    protected override Func<int, Delegate> BindTo(DataViewRow input) => added => _mappings[added].CreateGetter(input);

    internal sealed record Mapping(
        DataViewSchema.Column Input, DataViewSchema.DetachedColumn Output, Func<DataViewRow, Delegate> CreateGetter);
}
