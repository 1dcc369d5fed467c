using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ExpressionEstimator : IEstimator<ExpressionTransformer>
{
    private readonly string _output;
    private readonly string _expression;
    private readonly string[] _inputs;

    internal ExpressionEstimator(string output, string expression, string[] inputs)
    {
        Check.NotEmpty(output, "outputColumnName");
        Check.Parameter(inputs?.Length > 0, "inputColumnNames", "An expression needs at least one input column.");
        _output = output;
        _expression = expression;
        _inputs = inputs;
    }

    public ExpressionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (string name in _inputs)
            CheckInput(input.Schema, name);
        return new ExpressionTransformer(_output, _expression, _inputs);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in _inputs)
            CheckScalar(SchemaErrors.Find(inputSchema, nameof(inputSchema), "input", name).Kind == SchemaShape.Column.VectorKind.Scalar, name);
        ConstantExpression.Parse(_expression, _inputs.Length);
        return inputSchema.With(SchemaShape.Column.Of(_output, TextDataViewType.Instance));
    }

    internal static DataViewSchema.Column CheckInput(DataViewSchema schema, string name)
    {
        var column = SchemaErrors.Find(schema, "inputSchema", "input", name);
        CheckScalar(column.Type is not VectorDataViewType, name);
        return column;
    }

    // ML.NET maps an expression over the slots of one vector column; a constant has no use for that.
    private static void CheckScalar(bool isScalar, string name)
        => Check.Parameter(isScalar, "inputColumnNames", $"Column '{name}' is a vector: only scalar columns are supported here.");
}
