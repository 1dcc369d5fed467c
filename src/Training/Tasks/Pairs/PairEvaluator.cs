using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>Measures how well a model folder does on labelled rows.</summary>
internal static class PairEvaluator
{
    /// <summary>Classifies every row and compares the predictions with the labels, which are the model's or their indices.</summary>
    /// <exception cref="BertMLNetException">
    /// There are no rows, or of another kind than the model was trained on, or there is an unknown label, or a bad row.
    /// </exception>
    public static ClassificationMetrics Evaluate(
        PairClassifier classifier, IPairSource source, Action<int>? onProgress = null, CancellationToken cancellationToken = default)
    {
        if (classifier.GivesValues || classifier.Labels.Count < 2)
        {
            throw new BertMLNetException(
                $"{source.Name}: the model gives {(classifier.GivesValues ? "values" : "one score")} a row and tells no classes apart, so "
                + "there is nothing to compare labels with; score the rows, or choose a model with two labels or more.");
        }
        var answers = new ClassAnswers(classifier.Labels, source.KnownLabels);
        return (ClassificationMetrics)Evaluate(
            classifier, source, answers, prediction => prediction.Logits, onProgress, cancellationToken);
    }

    /// <summary>Scores every row and compares the scores with the right values; where rows have groups, these are 0 and 1.</summary>
    /// <exception cref="BertMLNetException">
    /// There are no rows, or of another kind than the model was trained on, or a value is no number, or there is a bad row.
    /// </exception>
    public static ScoreMetrics Evaluate(
        PairScorer scorer, IPairSource source, Action<int>? onProgress = null, CancellationToken cancellationToken = default)
    {
        var answers = new ScoreAnswers(PairProblem.Value, metric: null, scorer.Activation);
        return (ScoreMetrics)Evaluate(scorer, source, answers, score => score.Logits, onProgress, cancellationToken);
    }

    /// <summary>
    /// Gives every row its labels, by the model's thresholds, and compares them with the right ones, names or indices, separated by
    /// commas.
    /// </summary>
    /// <exception cref="BertMLNetException">
    /// There are no rows, or of another kind than the model was trained on, or there is an unknown label, or a bad row.
    /// </exception>
    public static MultiLabelMetrics Evaluate(
        MultiLabelClassifier classifier, IPairSource source, Action<int>? onProgress = null, CancellationToken cancellationToken = default)
    {
        var answers = new LabelAnswers(classifier.Labels) 
        {
            Thresholds = classifier.Thresholds.Distinct().Count() == 1 ? [classifier.Thresholds[0]] : classifier.Thresholds,
        };
        return (MultiLabelMetrics)Evaluate(
            classifier, source, answers, prediction => prediction.Logits, onProgress, cancellationToken);
    }

    private static TaskMetrics Evaluate<TResult>(
        TextPairModel<TResult> model, IPairSource source, PairAnswers answers, Func<TResult, ReadOnlyMemory<float>> logits,
        Action<int>? onProgress, CancellationToken cancellationToken)
    {
        source.RequireKindOf(model);
        IPairJudge judge = answers.Judge();
        int done = 0;
        foreach (TResult result in model.ScoreStream(Pairs(), cancellationToken))
        {
            judge.Add(done, logits(result).Span);
            onProgress?.Invoke(++done);
        }
        return done > 0
            ? judge.Complete()
            : throw new BertMLNetException($"{source.Name}: there are no rows; expected labelled sentences.");

        IEnumerable<TextPair> Pairs()
        {
            foreach (PairExample example in source.Read(cancellationToken))
            {
                if (answers.Add(example) is { } error)
                    source.Report(example.Line, error);
                else
                    yield return new TextPair(example.Sentence1, example.Sentence2);
            }
        }
    }
}
