using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>Measures how well a model folder's classifier does on labelled rows.</summary>
public static class PairEvaluator
{
    /// <summary>Scores every row and compares the predictions with the labels.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="source">The rows, unread, with the model's labels or their indices.</param>
    /// <param name="onProgress">Is told how many rows are done.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="BertMLNetException">
    /// There are no rows, or of another kind than the model was trained on, or there is an unknown label, or a bad row.
    /// </exception>
    public static ClassificationMetrics Evaluate(
        PairClassifier classifier, IPairSource source, Action<int>? onProgress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(source);
        if (classifier.GivesValues || classifier.Labels.Count < 2)
        {
            throw new BertMLNetException(
                $"{source.Name}: the model gives {(classifier.GivesValues ? "values" : "one score")} a row and tells no classes apart, so "
                + "there is nothing to compare labels with; score the rows, or choose a model with two labels or more.");
        }
        source.RequireKindOf(classifier);
        var labels = new LabelMap(classifier.Labels, source.KnownLabels);
        var evaluation = new ClassificationEvaluation(classifier.Labels);
        var waiting = new Queue<int>();
        int done = 0;
        foreach (PairPrediction prediction in classifier.ScoreStream(Pairs(), cancellationToken))
        {
            evaluation.Add(waiting.Dequeue(), prediction.Logits.Span);
            onProgress?.Invoke(++done);
        }
        return done > 0
            ? evaluation.Complete()
            : throw new BertMLNetException($"{source.Name}: there are no rows; expected labelled sentences.");

        IEnumerable<TextPair> Pairs()
        {
            foreach (PairExample example in source.Read(cancellationToken))
            {
                if (!labels.TryGetIndex(example.Label!, out int index))
                {
                    source.Report(example.Line, labels.Unknown(example.Label!));
                    continue;
                }
                waiting.Enqueue(index);
                yield return new TextPair(example.Sentence1, example.Sentence2);
            }
        }
    }
}
