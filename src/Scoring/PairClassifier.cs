using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>One or two texts to classify together.</summary>
/// <param name="First">The first text.</param>
/// <param name="Second">The second text; null where a single text is classified, which is not the same as an empty second text.</param>
public readonly record struct TextPair(ReadOnlyMemory<char> First, ReadOnlyMemory<char>? Second)
{
    /// <summary>Makes a pair of strings; a null <paramref name="first"/> is an empty text.</summary>
    public TextPair(string? first, string? second = null)
        : this(first.AsMemory(), second?.AsMemory())
    {
    }
}

/// <summary>What the model says of one pair.</summary>
/// <param name="Label">The most probable class's name.</param>
/// <param name="LabelIndex">The most probable class's index in <c>PairClassifier.Labels</c>.</param>
/// <param name="Logits">The raw scores, one a class, in the order of <c>PairClassifier.Labels</c>.</param>
/// <param name="Probabilities">
/// The classes' probabilities, the softmax of the logits; of a model with one logit its logistic function. Where the model gives values
/// (<c>PairClassifier.GivesValues</c>), the logits themselves.
/// </param>
public readonly record struct PairPrediction(
    string Label, int LabelIndex, ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Probabilities);

/// <summary>
/// Classifies sentence pairs, or single texts, with a model folder's ONNX graph. Many threads may use one classifier at
/// once; they share its session. Disposed in use, it lets batches under way end and refuses everything else.
/// </summary>
public sealed class PairClassifier : IDisposable
{
    private readonly PairGraph _graph;

    private PairClassifier(ModelFolder folder, BertConfig config, ScoringOptions options)
    {
        Labels = config.Labels;
        TakesPairs = config.Classification?.SentencePairs;
        GivesValues = config.GivesValues;
        _graph = new(folder, config, TensorNames.Logits, Labels.Count, options);
    }

    /// <summary>The class names, in the order of the logits (<c>id2label</c>).</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether the model was trained on pairs, not on single texts; null where its folder does not say.</summary>
    public bool? TakesPairs { get; }

    /// <summary>
    /// Whether the model gives values (<c>problem_type</c> is <c>regression</c>), which are no probabilities: its labels name them.
    /// </summary>
    public bool GivesValues { get; }

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the execution provider cannot be used.</exception>
    /// <exception cref="BertMLNetException">The vocabulary is damaged.</exception>
    public static PairClassifier Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        return new PairClassifier(model, model.LoadConfig(), options ?? new ScoringOptions());
    }

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
            int best = Interpret(row.Span, chances.Span);
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
        int labels = Labels.Count;
        if (logits.Length < pairs.Length * labels)
        {
            throw new ArgumentException(
                $"{pairs.Length} pairs of {labels} labels need room for {pairs.Length * labels} logits, not {logits.Length}.",
                nameof(logits));
        }
        _graph.Score(pairs, logits, cancellationToken);
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
        return _graph.Stream<TextPair, PairPrediction>(pairs, ScoreBatch, Characters, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _graph.Dispose();

    private static long Characters(TextPair pair) => pair.First.Length + (pair.Second?.Length ?? 0);

    /// <summary>
    /// Writes what logits stand for, as Hugging Face's pipeline for classification does: values as they are, one logit's logistic
    /// function, since the softmax of one is 1 whatever it is, and otherwise the softmax.
    /// </summary>
    /// <returns>The index of the largest, the first of them where several are equal.</returns>
    private int Interpret(ReadOnlySpan<float> logits, Span<float> scores)
    {
        if (GivesValues)
        {
            logits.CopyTo(scores);
            return TensorPrimitives.IndexOfMax(logits);
        }
        if (logits.Length > 1)
            return Softmax(logits, scores);
        scores[0] = (float)(1 / (1 + Math.Exp(-(double)logits[0])));
        return 0;
    }

    /// <summary>
    /// Writes the softmax of <paramref name="logits"/>, of which the largest is taken off first so that nothing overflows.
    /// </summary>
    /// <returns>The index of the largest, the first of them where several are equal.</returns>
    private static int Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - logits[best]);
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = (float)(Math.Exp(logits[i] - logits[best]) / sum);
        return best;
    }
}
