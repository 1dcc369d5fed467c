using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Makes schema shapes. ML.NET keeps the constructor of <see cref="SchemaShape.Column"/> to itself, but an estimator chain
/// tells its first estimator the shape of whatever data it is fitted on, so a chain fitted on an empty view is asked.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>The shape of data that has this schema.</summary>
    public static SchemaShape Of(DataViewSchema schema)
    {
        var probe = new Probe();
        new EstimatorChain<ITransformer>().Append(probe).Fit(new BlankDataView(schema));
        return probe.Seen!;
    }

    /// <summary><paramref name="input"/> with columns added; an added column hides one of its name.</summary>
    public static SchemaShape Add(SchemaShape input, IEnumerable<DataViewSchema.DetachedColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns);
        SchemaShape added = Of(builder.ToSchema());
        var names = added.Select(column => column.Name).ToHashSet();
        return new SchemaShape(input.Where(column => !names.Contains(column.Name)).Concat(added));
    }

    private sealed class Probe : IEstimator<ITransformer>
    {
        public SchemaShape? Seen { get; private set; }

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }
}
