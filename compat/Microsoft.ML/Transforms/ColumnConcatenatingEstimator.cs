using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingEstimator(string output, string[] inputs)
    {
        Check.NotEmpty(output, "outputColumnName");
        ArgumentNullException.ThrowIfNull(inputs, "inputColumnNames");
        Check.Parameter(inputs.Length > 0, "inputColumnNames", "Input columns not specified");
        _output = output;
        _inputs = inputs;
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ColumnConcatenatingTransformer(_output, _inputs);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] inputs = [.. _inputs.Select(name => SchemaErrors.Find(inputSchema, nameof(inputSchema), "input", name))];
        foreach (var input in inputs)
        {
            Check.That(!input.IsKey, $"Column '{input.Name}' is key. Concatenation of keys is unsupported.");
            Check.That(input.ItemType.Equals(inputs[0].ItemType),
                $"Concatenated columns should have the same type. Column '{input.Name}' has type of {input.ItemType}, "
                + $"but expected column type is {inputs[0].ItemType}.");
        }

        var annotations = new List<SchemaShape.Column>();
        if (Array.TrueForAll(inputs, input => input.Annotations.TryFindColumn(AnnotationKinds.IsNormalized, out _)))
            annotations.Add(SchemaShape.Column.Of(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance));
        bool named = Array.Exists(inputs, input =>
            input.Kind == SchemaShape.Column.VectorKind.Scalar || input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out _));
        if (named)
            annotations.Add(new(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false));

        bool varies = Array.Exists(inputs, input => input.Kind == SchemaShape.Column.VectorKind.VariableVector);
        var kind = varies ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
        return inputSchema.With(new SchemaShape.Column(_output, kind, inputs[0].ItemType, isKey: false, new SchemaShape(annotations)));
    }
}
