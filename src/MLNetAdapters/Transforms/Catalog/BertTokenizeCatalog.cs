using BertMLNet;
using BertMLNet.Modeling;

namespace Microsoft.ML;

/// <summary>BERT's tokenization in a pipeline.</summary>
public static class BertTokenizeCatalog
{
    /// <summary>
    /// Tokenizes texts as BERT does: adds <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>, vectors of
    /// Int64 as long as the row has tokens, which <c>ApplyOnnxModel</c> takes for an exported graph.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The model folder, for its vocabulary and its longest sequence.</param>
    /// <param name="sentence1ColumnName">The first text's column.</param>
    /// <param name="sentence2ColumnName">The second text's column; null to tokenize single texts.</param>
    /// <param name="maxLength">The longest sequence in tokens; the model's own limit where it is null.</param>
    public static BertTokenizeEstimator BertTokenize(
        this TransformsCatalog catalog,
        string modelPath,
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        int? maxLength = null) =>
        catalog.BertTokenize(new BertTokenizeOptions
        {
            ModelPath = modelPath,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            MaxLength = maxLength,
        });

    /// <summary>Tokenizes texts as BERT does.</summary>
    public static BertTokenizeEstimator BertTokenize(this TransformsCatalog catalog, BertTokenizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertTokenizeEstimator(options);
    }
}
