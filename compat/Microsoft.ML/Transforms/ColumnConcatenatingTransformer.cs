using Microsoft.ML.Model;

namespace Microsoft.ML.Data;

public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string Kind = "Concatenate";

    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingTransformer(string output, string[] inputs)
    {
        _output = output;
        _inputs = inputs;
    }

    internal static ITransformer Load(ModelLoadContext context)
        => new ColumnConcatenatingTransformer(context.State.Text("output"), context.State.Texts("inputs"));

    private protected override void SaveModel(ModelSaveContext ctx)
        => ctx.Write(Kind, new() { ["output"] = _output, ["inputs"] = _inputs.ToJson() });

    private protected override RowMapper MakeRowMapper(DataViewSchema schema)
    {
        DataViewSchema.Column[] inputs = [.. _inputs.Select(name => SchemaErrors.Find(schema, "inputSchema", "input", name))];
        var itemType = inputs[0].Type.ItemType();
        foreach (var input in inputs)
        {
            if (!input.Type.ItemType().Equals(itemType))
                throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, itemType.ToString(), input.Type.ToString());
        }

        return (RowMapper)Activator.CreateInstance(typeof(ConcatenatingMapper<>).MakeGenericType(itemType.RawType), schema, _output, inputs);
    }
}
