using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Kind = "SelectColumns";

    private readonly string[] _names;
    private readonly bool _keeps;
    private readonly bool _keepsHidden;

    internal ColumnSelectingTransformer(string[] names, bool keeps, bool keepsHidden)
    {
        _names = names;
        _keeps = keeps;
        _keepsHidden = keepsHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MapperOf(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(MapperOf(input.Schema), input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MapperOf(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => ctx.Write(Kind, new() { ["names"] = _names.ToJson(), ["keeps"] = _keeps, ["keepsHidden"] = _keepsHidden });

    internal static ITransformer Load(ModelLoadContext context)
        => new ColumnSelectingTransformer(context.State.Texts("names"), context.State.Flag("keeps"), context.State.Flag("keepsHidden"));

    internal SchemaShape Select(SchemaShape shape)
    {
        CheckPresent(shape.Select(column => column.Name));
        return new SchemaShape(shape.Where(column => _names.Contains(column.Name, StringComparer.Ordinal) == _keeps));
    }

    private ColumnProjection MapperOf(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        CheckPresent(schema.Select(column => column.Name));
        var chosen = _keeps
            // In the order in which they are named; hidden columns only when asked for.
            ? _names.SelectMany(name => schema.Where(column => column.Name == name && (_keepsHidden || !column.IsHidden)))
            // In their own order; hidden columns stay, for they are part of what is not dropped.
            : schema.Where(column => !_names.Contains(column.Name, StringComparer.Ordinal));
        return new ColumnProjection(schema, [.. chosen.Select(column => column.Index)]);
    }

    private void CheckPresent(IEnumerable<string> present)
    {
        string[] missing = [.. _names.Except(present, StringComparer.Ordinal)];
        if (missing.Length > 0)
            throw SchemaErrors.Missing("inputSchema", "input", string.Join(',', missing));
    }
}
