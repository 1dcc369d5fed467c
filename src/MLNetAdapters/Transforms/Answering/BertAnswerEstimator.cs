using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>
/// The estimator behind <c>BertAnswerQuestion</c>. There is nothing to learn: fitting checks the columns and opens the
/// model, which all transformers fitted from one estimator share.
/// </summary>
public sealed class BertAnswerEstimator : IEstimator<BertAnswerTransformer>
{
    private readonly BertAnswerQuestionOptions _options;
    private readonly SharedScorer<QuestionAnswerer> _answerer;

    /// <summary>Creates the estimator; the model is opened when it is fitted.</summary>
    public BertAnswerEstimator(BertAnswerQuestionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _answerer = AnswerScoring.Answerer(options);
    }

    /// <summary>Checks the columns and opens the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged.</exception>
    public BertAnswerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, AnswerColumns.Inputs(_options));
        return new BertAnswerTransformer(_options, _answerer.Acquire());
    }

    /// <summary>The columns that the transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, AnswerColumns.Inputs(_options));
        return SchemaShapes.Add(inputSchema, AnswerColumns.Outputs(_options).Select(column => column.Detached));
    }
}
