using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>An estimator of a library that is not ML.NET.</summary>
internal sealed class LengthEstimator(string column, int batchSize) : IEstimator<LengthTransformer>
{
    public LengthTransformer Fit(IDataView input) => new(column, batchSize);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (!inputSchema.Any(input => input.Name == column && input.ItemType is TextDataViewType))
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{column}' of text was not found.");
        var added = new DataViewSchema.Builder();
        added.AddColumns(LengthTransformer.Added);
        return new SchemaShape(inputSchema.Concat(SchemaShapes.Of(added.ToSchema())));
    }
}
