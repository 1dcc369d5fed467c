using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Classifies sentences or pairs.</summary>
/// <param name="classifier">The model, which is the job's from now on.</param>
/// <param name="open">Opens the input.</param>
internal sealed class PairScoringJob(PairClassifier classifier, Func<Action<BertMLNetException>?, PairFile> open)
    : ScoringJob<TextPair, PairPrediction>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns { get; } = ["label", .. classifier.Labels.Select(label => $"score_{label}")];

    /// <inheritdoc/>
    public override void Dispose() => classifier.Dispose();

    /// <inheritdoc/>
    protected override IEnumerable<TextPair> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken)
    {
        using PairFile file = open(onBadRow);
        if (!file.IsEmpty)
            file.RequireKindOf(classifier);
        foreach (PairExample example in file.Read(cancellationToken))
            yield return new TextPair(example.Sentence1, example.Sentence2);
    }

    /// <inheritdoc/>
    protected override IEnumerable<PairPrediction> Score(IEnumerable<TextPair> rows, CancellationToken cancellationToken) =>
        classifier.ScoreStream(rows, cancellationToken);

    /// <inheritdoc/>
    protected override void Write(ResultWriter results, TextPair row, PairPrediction result)
    {
        if (results.WritesTsv)
        {
            results.WriteCells([result.Label, .. result.Probabilities.ToArray().Select(score => score.ToString(CultureInfo.InvariantCulture))]);
            return;
        }
        results.WriteObject(json =>
        {
            json.WriteString("label", result.Label);
            json.WriteStartObject("scores");
            for (int i = 0; i < classifier.Labels.Count; i++)
                json.WriteNumber(classifier.Labels[i], result.Probabilities.Span[i]);
            json.WriteEndObject();
            json.WriteStartArray("logits");
            foreach (float logit in result.Logits.Span)
                json.WriteNumberValue(logit);
            json.WriteEndArray();
        });
    }
}
