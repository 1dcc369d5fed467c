using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>
/// Shapes from schemas with nothing but public members: a chain hands the shape of the data to its first estimator.
/// </summary>
internal static class SchemaShapes
{
    public static SchemaShape Of(DataViewSchema schema)
    {
        var probe = new Probe();
        new EstimatorChain<ITransformer>().Append(probe).Fit(new NoRows(schema));
        return probe.Seen;
    }

    private sealed class Probe : IEstimator<ITransformer>
    {
        public SchemaShape Seen { get; private set; } = new([]);

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }

    private sealed class NoRows(DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => schema;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => throw new NotSupportedException();

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => throw new NotSupportedException();
    }
}
