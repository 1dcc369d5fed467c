using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>What a model of one output says of one pair.</summary>
/// <param name="Score">
/// The value where the model was trained on values; the probability, from 0 to 1, where it judges relevance; what the model's own
/// <c>activation_fn</c> makes of the logit where its files name one.
/// </param>
/// <param name="Logits">The raw output, one number.</param>
public readonly record struct PairScore(float Score, ReadOnlyMemory<float> Logits);

/// <summary>One of the passages that <see cref="PairScorer.Rank"/> has put in order.</summary>
/// <param name="Index">Its index in the list that was ranked, from 0.</param>
/// <param name="Score">Its score; see <see cref="PairScore"/>.</param>
public readonly record struct RankedPassage(int Index, float Score);

/// <summary>
/// Gives sentence pairs, or single texts, a value: how alike two sentences are, how well a passage answers a query. It takes every model
/// folder with one output, sentence-transformers' cross-encoders among them.
/// </summary>
public sealed class PairScorer : TextPairModel<PairScore>
{
    private PairScorer(ModelFolder folder, BertConfig config, ScoringOptions? options)
        : base(folder, config, options) => Activation = Scoring.Logits.ActivationOf(config);

    /// <summary>What is made of the logit.</summary>
    public ScoreActivation Activation { get; }

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <exception cref="BertMLNetException">
    /// The folder is incomplete or damaged, its model has a head of another kind or more than one output, or the execution provider
    /// cannot be used.
    /// </exception>
    public static PairScorer Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.LoadConfig();
        // One output is one, whatever problem the file names: a cross-encoder's often names none.
        if (config.NumLabels > 1 || config.Head.ProblemType is null)
            model.Require(config, Heads.Value);
        return config.NumLabels == 1
            ? new PairScorer(model, config, options)
            : throw new BertMLNetException(
                $"{model.ConfigPath}: the model gives {config.NumLabels} numbers a row ({string.Join(", ", config.Labels.Take(6))}), and one is "
                + $"needed; score it with {(config.Head.Scorer is { } scorer ? scorer : Heads.Classes.Scorer)}, or take another model.");
    }

    /// <summary>Orders passages by how well they answer a query, the best first.</summary>
    /// <param name="query">The query: the first text of each pair.</param>
    /// <param name="passages">The passages: the second texts.</param>
    /// <param name="top">How many to give; all where it is null.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <returns>The passages by descending score, equal ones in their own order.</returns>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is less than 1.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public IReadOnlyList<RankedPassage> Rank(
        string query, IReadOnlyList<string> passages, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfLessThan(top ?? 1, 1, nameof(top));
        TextPair[] pairs = [.. passages.Select(passage => new TextPair(query, passage))];
        return
        [
            .. ScoreBatch(pairs, cancellationToken)
                .Select((pair, index) => new RankedPassage(index, pair.Score))
                .OrderByDescending(passage => passage.Score)
                .Take(top ?? pairs.Length),
        ];
    }

    private protected override PairScore Interpret(ReadOnlyMemory<float> logits, Memory<float> scores)
    {
        float logit = logits.Span[0];
        return new(Activation == ScoreActivation.Sigmoid ? Scoring.Logits.Logistic(logit) : logit, logits);
    }
}
