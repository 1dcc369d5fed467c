using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>Sentence pairs: two text columns in, the label, the scores and the probability out.</summary>
internal sealed class PairScoring(SharedScorer<PairClassifier>.Lease classifier, BertPairClassifyOptions options)
    : TextPairScoring<PairPrediction>(PairColumns.Inputs(options))
{
    public override IReadOnlyList<OutputColumn<PairPrediction>> OutputColumns { get; } = PairColumns.Outputs(options, classifier.Value.Labels);

    public override IEnumerable<PairPrediction> Stream(IEnumerable<TextPair> rows) => classifier.Value.ScoreStream(rows);

    public override PairPrediction Score(TextPair row) => classifier.Value.Score(row);
}
