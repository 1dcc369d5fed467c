using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Classifies the sentence pairs of data with a fine-tuned BERT, in batches; see <see cref="BertPairClassifyOptions"/>.</summary>
public sealed class BertPairTransformer : ScoringTransformer<TextPair, PairPrediction, BertPairClassifyOptions>
{
    internal const string PackedKind = "PairClassify";

    private readonly SharedScorer<PairClassifier>.Lease _classifier;

    internal BertPairTransformer(
        BertPairClassifyOptions options, SharedScorer<PairClassifier>.Lease classifier, IDisposable? modelFolder = null)
        : base(options, classifier, modelFolder) => _classifier = classifier;

    /// <summary>The model's labels, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels => _classifier.Value.Labels;

    private protected override string Kind => PackedKind;

    private protected override RowScoring<TextPair, PairPrediction> CreateScoring() => new PairScoring(_classifier, Options);

    private protected override ITransformer CreateSavedForm() => BertPairMapping.Save(Options, Labels);
}
