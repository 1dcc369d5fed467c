using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>Which labels a model gives one text or pair.</summary>
/// <param name="Labels">The names of the labels that are there, in the model's order; there may be none.</param>
/// <param name="Logits">The raw scores, one a label, in the order of the model's labels.</param>
/// <param name="Probabilities">Each label's probability, for itself: the logistic function of its logit.</param>
public readonly record struct MultiLabelPrediction(
    IReadOnlyList<string> Labels, ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Probabilities);

/// <summary>
/// Gives texts, or pairs of them, any number of labels: those whose probability reaches the threshold that the model folder keeps.
/// </summary>
public sealed class MultiLabelClassifier : TextPairModel<MultiLabelPrediction>
{
    private readonly float[] _thresholds;

    private MultiLabelClassifier(ModelFolder folder, BertConfig config, ScoringOptions? options)
        : base(folder, folder.Require(config, Heads.Labels), options)
    {
        IReadOnlyList<float> kept = config.Classification?.Thresholds ?? [0.5f];
        _thresholds = [.. config.Labels.Select((_, label) => kept[kept.Count == 1 ? 0 : label])];
    }

    /// <summary>
    /// The probability from which on each label is given, in the order of the labels; a half where the folder keeps none.
    /// </summary>
    public IReadOnlyList<float> Thresholds => _thresholds;

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <exception cref="BertMLNetException">
    /// The folder is incomplete or damaged, its model has a head of another kind, or the execution provider cannot be used.
    /// </exception>
    public static MultiLabelClassifier Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        return new MultiLabelClassifier(model, model.LoadConfig(), options);
    }

    private protected override MultiLabelPrediction Interpret(ReadOnlyMemory<float> logits, Memory<float> scores)
    {
        var given = new List<string>();
        for (int label = 0; label < logits.Length; label++)
        {
            float probability = Scoring.Logits.Logistic(logits.Span[label]);
            scores.Span[label] = probability;
            if (probability >= _thresholds[label])
                given.Add(Labels[label]);
        }
        return new(given, logits, scores);
    }
}
