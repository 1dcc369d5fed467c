using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToValueMappingEstimator(InputOutputColumnPair[] columns)
        : base(new KeyToValueMappingTransformer(columns))
    {
        _columns = columns;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With([.. _columns.Select(pair => OutputOf(inputSchema, pair))]);
    }

    private static SchemaShape.Column OutputOf(SchemaShape shape, InputOutputColumnPair pair)
    {
        var input = SchemaErrors.Find(shape, "inputSchema", "input", pair.InputColumnName);
        if (!input.IsKey)
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, "KeyType", input.GetTypeString());
        Check.Parameter(input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var values), "inputSchema",
            $"Input column '{input.Name}' doesn't contain key values metadata");
        var annotations = input.Annotations.Where(annotation => annotation.Name == AnnotationKinds.SlotNames);
        return new(pair.OutputColumnName, input.Kind, values.ItemType, values.IsKey, new SchemaShape(annotations));
    }
}
