using System.Text.Json.Nodes;
using Microsoft.ML.Model;

namespace Microsoft.ML.Data;

/// <summary>A transformer each of whose output columns comes from one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(params InputOutputColumnPair[] columns) => Columns = columns;

    private protected InputOutputColumnPair[] Columns { get; }

    private protected JsonObject ColumnsToJson() => new()
    {
        ["outputs"] = Columns.Select(column => column.OutputColumnName).ToJson(),
        ["inputs"] = Columns.Select(column => column.InputColumnName).ToJson(),
    };

    private protected static InputOutputColumnPair[] ColumnsFrom(JsonNode state)
    {
        string[] inputs = state.Texts("inputs");
        string[] outputs = state.Texts("outputs");
        Check.That(inputs.Length == outputs.Length, "The model file pairs a different number of input and output columns.");
        return [.. outputs.Zip(inputs, (output, input) => new InputOutputColumnPair(output, input))];
    }
}
