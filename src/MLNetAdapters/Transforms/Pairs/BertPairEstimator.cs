using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>
/// The estimator behind <c>BertPairClassify</c>. There is nothing to learn: fitting checks the columns and opens the model,
/// which all transformers fitted from one estimator share.
/// </summary>
public sealed class BertPairEstimator : IEstimator<BertPairTransformer>
{
    private readonly BertPairClassifyOptions _options;
    private readonly SharedScorer<PairClassifier> _classifier;

    /// <summary>Creates the estimator; the model is opened when it is fitted.</summary>
    public BertPairEstimator(BertPairClassifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _classifier = new(() => PairClassifier.Load(options.ModelPath, options.Scoring));
    }

    /// <summary>Checks the columns and opens the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged.</exception>
    public BertPairTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, PairColumns.Inputs(_options));
        return new BertPairTransformer(_options, _classifier.Acquire());
    }

    /// <summary>The columns that the transformer will add; the labels are read from the model folder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, PairColumns.Inputs(_options));
        IReadOnlyList<string> labels = ModelFolder.Open(_options.ModelPath).LoadConfig().Labels;
        return SchemaShapes.Add(inputSchema, PairColumns.Outputs(_options, labels).Select(column => column.Detached));
    }
}
