using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly InputOutputColumnPair _pair;

    internal ColumnCopyingEstimator(InputOutputColumnPair pair)
        : base(new ColumnCopyingTransformer(pair))
    {
        _pair = pair;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(SchemaErrors.Find(inputSchema, nameof(inputSchema), "input", _pair.InputColumnName).Renamed(_pair.OutputColumnName));
    }
}
