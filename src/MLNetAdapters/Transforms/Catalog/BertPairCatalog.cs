using BertMLNet;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Sentence pair classification in a pipeline.</summary>
public static class BertPairCatalog
{
    /// <summary>
    /// Classifies sentence pairs with a fine-tuned BERT: adds the label as text, the probabilities as a vector in the order
    /// of the model's labels (slot names tell them) and, for two labels, the probability of label 1.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The model folder.</param>
    /// <param name="sentence1ColumnName">The first text's column.</param>
    /// <param name="sentence2ColumnName">The second text's column; null to classify single texts.</param>
    /// <param name="outputColumnName">The label's column.</param>
    /// <param name="scoreColumnName">The probabilities' column.</param>
    /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
    /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
    public static BertPairEstimator BertPairClassify(
        this TransformsCatalog catalog,
        string modelPath,
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        string outputColumnName = "PredictedLabel",
        string scoreColumnName = "Score",
        int? gpuDeviceId = null,
        bool fallbackToCpu = false) =>
        catalog.BertPairClassify(
            Options(modelPath, sentence1ColumnName, sentence2ColumnName, outputColumnName, scoreColumnName, gpuDeviceId, fallbackToCpu));

    /// <summary>Classifies sentence pairs with a fine-tuned BERT.</summary>
    public static BertPairEstimator BertPairClassify(this TransformsCatalog catalog, BertPairClassifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertPairEstimator(options);
    }

    /// <summary>
    /// Classifies sentence pairs as <see cref="BertPairClassify(TransformsCatalog, string, string, string?, string, string, int?, bool)"/>
    /// does, on the context's GPU where <paramref name="gpuDeviceId"/> is null, with warnings on the context's log.
    /// </summary>
    public static BertPairEstimator BertPairClassify(
        this MLContext context,
        string modelPath,
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        string outputColumnName = "PredictedLabel",
        string scoreColumnName = "Score",
        int? gpuDeviceId = null,
        bool fallbackToCpu = false) =>
        context.BertPairClassify(
            Options(modelPath, sentence1ColumnName, sentence2ColumnName, outputColumnName, scoreColumnName, gpuDeviceId, fallbackToCpu));

    /// <summary>Classifies sentence pairs with the context's GPU settings and log where the options have none.</summary>
    public static BertPairEstimator BertPairClassify(this MLContext context, BertPairClassifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new BertPairEstimator(options with { Scoring = options.Scoring.With(context, nameof(BertPairClassify)) });
    }

    /// <summary>
    /// Maps a text column of label names to keys whose values are the model's labels in order, so that key and score agree
    /// in <c>MulticlassClassification.Evaluate</c>. As in ML.NET's own mapping, a name that the model does not know becomes
    /// the missing key.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The model folder.</param>
    /// <param name="outputColumnName">The keys' column.</param>
    /// <param name="inputColumnName">The names' column; <paramref name="outputColumnName"/> where it is null.</param>
    /// <exception cref="BertMLNetException">The model folder has no readable <c>config.json</c>, or a label has no name.</exception>
    public static ValueToKeyMappingEstimator BertLabelToKey(
        this TransformsCatalog catalog, string modelPath, string outputColumnName = "Label", string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        IReadOnlyList<string> labels = ModelFolder.Open(modelPath).LoadConfig().Labels;
        return catalog.Conversion.MapValueToKey(outputColumnName, inputColumnName, keyData: LabelKeys.Of(labels, modelPath));
    }

    private static BertPairClassifyOptions Options(
        string modelPath,
        string sentence1ColumnName,
        string? sentence2ColumnName,
        string outputColumnName,
        string scoreColumnName,
        int? gpuDeviceId,
        bool fallbackToCpu) => new()
        {
            ModelPath = modelPath,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            OutputColumnName = outputColumnName,
            ScoreColumnName = scoreColumnName,
            Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
        };
}
