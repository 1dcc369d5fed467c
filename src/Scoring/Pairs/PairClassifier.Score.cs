using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

public sealed partial class PairClassifier
{
    /// <summary>Scores one pair, or one text where <paramref name="second"/> is null.</summary>
    /// <exception cref="BertMLNetException">The pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">The pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public PairPrediction Score(string first, string? second = null) => Score(new TextPair(first, second));

    /// <summary>Scores one pair.</summary>
    /// <exception cref="BertMLNetException">The pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">The pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public PairPrediction Score(TextPair pair) => ScoreBatch(new[] { pair })[0];

    /// <summary>Scores pairs in batches of like length; the predictions are in the pairs' order.</summary>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">A pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public PairPrediction[] ScoreBatch(ReadOnlyMemory<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        float[] logits = new float[pairs.Length * Labels.Count];
        float[] probabilities = new float[logits.Length];
        ScoreBatch(pairs, logits, cancellationToken);

        var predictions = new PairPrediction[pairs.Length];
        for (int i = 0; i < predictions.Length; i++)
        {
            Memory<float> row = logits.AsMemory(i * Labels.Count, Labels.Count);
            Memory<float> chances = probabilities.AsMemory(i * Labels.Count, Labels.Count);
            int best = Softmax.Apply(row.Span, chances.Span);
            predictions[i] = new(Labels[best], best, row, chances);
        }
        return predictions;
    }

    /// <summary>Scores pairs in batches of like length and writes their logits, [pairs, labels], in the pairs' order.</summary>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has not room for pairs times labels.</exception>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">A pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public void ScoreBatch(ReadOnlyMemory<TextPair> pairs, Memory<float> logits, CancellationToken cancellationToken = default)
    {
        _scorer.ThrowIfDisposed();
        int labels = Labels.Count;
        if (logits.Length < pairs.Length * labels)
            throw new ArgumentException($"{pairs.Length} pairs of {labels} labels need room for {pairs.Length * labels} logits, not {logits.Length}.", nameof(logits));
        for (int start = 0; start < pairs.Length; start += _options.WindowRows)
        {
            int rows = Math.Min(_options.WindowRows, pairs.Length - start);
            ScoreWindow(pairs.Slice(start, rows), logits.Slice(start * labels, rows * labels), cancellationToken);
        }
    }

    /// <summary>
    /// Scores a stream of any length: pulls a bounded window of pairs ahead, on the caller's thread, and gives the
    /// predictions in the pairs' order.
    /// </summary>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">A pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public IEnumerable<PairPrediction> ScoreStream(IEnumerable<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return ScoringStream.Run<TextPair, PairPrediction>(pairs, ScoreBatch, Characters, _windows, cancellationToken);
    }

    /// <summary>Scores an asynchronous stream of any length; reading the next pairs goes on while the last ones are scored.</summary>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated.</exception>
    /// <exception cref="BertMLNetException">A pair is too long, and the text that may be truncated cannot make enough room.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public IAsyncEnumerable<PairPrediction> ScoreStreamAsync(IAsyncEnumerable<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return ScoringStream.RunAsync<TextPair, PairPrediction>(pairs, ScoreBatch, Characters, _windows, cancellationToken);
    }

    private static long Characters(TextPair pair) => pair.First.Length + (pair.Second?.Length ?? 0);

    private void ScoreWindow(ReadOnlyMemory<TextPair> pairs, Memory<float> logits, CancellationToken cancellationToken)
    {
        SequenceList sequences = _sequences.Rent();
        try
        {
            _encoder.Encode(pairs.Length, sequences, (row, into) => Encode(pairs.Span[row], into), cancellationToken);
            _scorer.Score(
                sequences,
                (row, _, values) => values.CopyTo(logits.Span.Slice(row * Labels.Count, Labels.Count)),
                cancellationToken);
        }
        finally
        {
            sequences.Clear();
            _sequences.Return(sequences);
        }
    }
}
