using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>One or two texts to score together.</summary>
/// <param name="First">The first text.</param>
/// <param name="Second">The second text; null where a single text is scored, which is not the same as an empty second text.</param>
public readonly record struct TextPair(ReadOnlyMemory<char> First, ReadOnlyMemory<char>? Second)
{
    /// <summary>Makes a pair of strings; a null <paramref name="first"/> is an empty text.</summary>
    public TextPair(string? first, string? second = null)
        : this(first.AsMemory(), second?.AsMemory())
    {
    }
}

/// <summary>
/// Scores sentence pairs, or single texts, with a model folder's ONNX graph; what its logits stand for, each kind of model says
/// itself. Many threads may use one at once; they share its session. Disposed in use, it lets batches under way end and refuses
/// everything else.
/// </summary>
/// <typeparam name="TResult">What the model says of one pair.</typeparam>
public abstract class TextPairModel<TResult> : IDisposable
{
    private readonly PairGraph _graph;

    private protected TextPairModel(ModelFolder folder, BertConfig config, ScoringOptions? options)
    {
        Labels = config.Labels;
        TakesPairs = config.Classification?.SentencePairs;
        _graph = new(folder, config, TensorNames.Logits, Labels.Count, options ?? new ScoringOptions());
    }

    /// <summary>The names of the classes, labels or values, in the order of the logits (<c>id2label</c>).</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether the model was trained on pairs, not on single texts; null where its folder does not say.</summary>
    public bool? TakesPairs { get; }

    /// <summary>Scores one pair, or one text where <paramref name="second"/> is null.</summary>
    /// <exception cref="BertMLNetException">The pair is too long and may not be truncated, or not as far as needed.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public TResult Score(string first, string? second = null) => Score(new TextPair(first, second));

    /// <summary>Scores one pair.</summary>
    /// <exception cref="BertMLNetException">The pair is too long and may not be truncated, or not as far as needed.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public TResult Score(TextPair pair) => ScoreBatch(new[] { pair })[0];

    /// <summary>Scores pairs in batches of like length; the results are in the pairs' order.</summary>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated, or not as far as needed.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public TResult[] ScoreBatch(ReadOnlyMemory<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        int labels = Labels.Count;
        float[] logits = new float[pairs.Length * labels];
        float[] scores = new float[logits.Length];
        ScoreBatch(pairs, logits, cancellationToken);

        var results = new TResult[pairs.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = Interpret(logits.AsMemory(i * labels, labels), scores.AsMemory(i * labels, labels));
        return results;
    }

    /// <summary>Scores pairs in batches of like length and writes their logits, [pairs, labels], in the pairs' order.</summary>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has not room for pairs times labels.</exception>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated, or not as far as needed.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
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
    /// results in the pairs' order.
    /// </summary>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated, or not as far as needed.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public IEnumerable<TResult> ScoreStream(IEnumerable<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return _graph.Windows.Run<TextPair, TResult>(pairs, ScoreBatch, Characters, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _graph.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Says what the logits of one pair stand for.</summary>
    /// <param name="logits">One a label.</param>
    /// <param name="scores">Room for as many scores, which the result may keep.</param>
    private protected abstract TResult Interpret(ReadOnlyMemory<float> logits, Memory<float> scores);

    private static long Characters(TextPair pair) => pair.First.Length + (pair.Second?.Length ?? 0);
}

/// <summary>What logits stand for, and whether a model is of the kind that a scorer is for.</summary>
internal static class Logits
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static float Logistic(float logit) => (float)(1 / (1 + Math.Exp(-(double)logit)));

    /// <summary>
    /// What is made of the logit of a model that has one: what its files say, and else what Hugging Face's pipeline makes of it, a
    /// value of itself and everything else by the logistic function, since the softmax of one is 1 whatever it is.
    /// </summary>
    public static ScoreActivation ActivationOf(BertConfig config) =>
        config.ScoreActivation ?? (config.GivesValues ? ScoreActivation.Identity : ScoreActivation.Sigmoid);

    /// <summary>Requires a model whose files, where they name a head, name one that the scorer is for.</summary>
    /// <exception cref="BertMLNetException">They name another.</exception>
    public static BertConfig Require(this ModelFolder folder, BertConfig config, Head wanted, params ReadOnlySpan<Head> alsoWanted)
    {
        if (config.Architecture is null || config.Head == wanted || alsoWanted.Contains(config.Head) || config.Head == Heads.Encoder)
            return config;
        throw new BertMLNetException(
            $"{folder.ConfigPath}: the model's head is {Named(config, config.Head)}, and {Named(config, wanted)} is needed"
            + (config.Head.Scorer is { } scorer ? $"; score it with {scorer}, or take another model." : "; take another model."));
    }

    private static string Named(BertConfig config, Head head) => $"{head.Name} ({head.ProblemType ?? config.Encoder.ClassOf(head)})";
}
