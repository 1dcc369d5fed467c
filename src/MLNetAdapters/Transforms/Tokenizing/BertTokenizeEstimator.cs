using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>The estimator behind <c>BertTokenize</c>; there is nothing to learn.</summary>
public sealed class BertTokenizeEstimator : IEstimator<BertTokenizeTransformer>
{
    private readonly BertTokenizeOptions _options;

    /// <summary>Creates the estimator; the tokenizer is loaded when it is fitted.</summary>
    public BertTokenizeEstimator(BertTokenizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Checks the columns and loads the tokenizer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged.</exception>
    /// <exception cref="BertMLNetException">The folder has no usable vocabulary.</exception>
    public BertTokenizeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, TokenColumns.Inputs(_options));
        return new BertTokenizeTransformer(_options);
    }

    /// <summary>The columns that the transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, TokenColumns.Inputs(_options));
        return SchemaShapes.Add(inputSchema, TokenColumns.Outputs(_options).Select(column => column.Detached));
    }
}
