using Microsoft.ML.Data;
using static Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        Action<TSrc, TDst> mapAction,
        string contractName,
        SchemaDefinition inputSchemaDefinition,
        SchemaDefinition outputSchemaDefinition)
        : base(new CustomMappingTransformer<TSrc, TDst>(mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var member in Transformer.Inputs)
        {
            var column = SchemaErrors.Find(inputSchema, nameof(inputSchema), "input", member.Name);
            var wanted = Of(member.Name, member.Type);
            // A member of variable size takes vectors of a fixed size as well.
            bool fits = wanted.Kind == column.Kind || (wanted.Kind == VectorKind.VariableVector && column.Kind == VectorKind.Vector);
            if (!fits || !wanted.ItemType.Equals(column.ItemType) || wanted.IsKey != column.IsKey)
                throw SchemaErrors.Mismatch(nameof(inputSchema), "input", member.Name, member.Type.ToString(), column.GetTypeString());
        }

        return inputSchema.With(SchemaShape.Create(Transformer.Outputs.Schema));
    }
}
