using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>What <c>BertPairClassify</c> reads, what it adds to the data, and how it scores.</summary>
public sealed record BertPairClassifyOptions : IModelOptions
{
    /// <summary>The model folder, with <c>config.json</c>, the vocabulary and the ONNX graph.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The first text's column.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The second text's column; null where single texts are classified.</summary>
    public string? Sentence2ColumnName { get; init; } = "Sentence2";

    /// <summary>The predicted label's column: text, or a key with <see cref="PredictedLabelAsKey"/>, or a Boolean with <see cref="BinaryScore"/>.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The probabilities' column, a vector of Single in the order of the model's labels; a single number with <see cref="BinaryScore"/>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of label 1's probability, a Single; it is there where the model has two labels. Null for none.</summary>
    public string? ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>Makes the predicted label a key whose values are the model's labels in order, as <c>BertLabelToKey</c> does.</summary>
    public bool PredictedLabelAsKey { get; init; }

    /// <summary>
    /// Shapes the columns of a two-label model for <c>BinaryClassification.Evaluate</c>: the predicted label is a Boolean,
    /// true for label 1, and the score is label 1's logit less label 0's, whose sigmoid is the probability.
    /// </summary>
    public bool BinaryScore { get; init; }

    /// <summary>The graph, the device, the batches.</summary>
    public ScoringOptions Scoring { get; init; } = new();
}
