using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>A model that scores texts or pairs of texts, whatever its logits stand for: <c>/predict</c> and <c>/rerank</c>.</summary>
/// <typeparam name="TResult">What the model says of one pair.</typeparam>
internal sealed class PairModel<TResult> : ServedModel<TextPair, TResult>
{
    private readonly TextPairModel<TResult> _model;
    private readonly Func<TResult, ReadOnlyMemory<float>> _logits;
    private readonly Func<TResult, ReadOnlyMemory<float>> _scores;
    private readonly LengthCheck _lengths;

    /// <summary>Opens the model.</summary>
    /// <param name="path">The model folder.</param>
    /// <param name="options">How it is served.</param>
    /// <param name="metrics">What is counted.</param>
    /// <param name="load">Opens the scorer.</param>
    /// <param name="logits">A result's raw scores, one a label.</param>
    /// <param name="scores">What they stand for, one a label.</param>
    public PairModel(
        string path, BertServiceOptions options, ServiceMetrics metrics, Func<string, ScoringOptions, TextPairModel<TResult>> load,
        Func<TResult, ReadOnlyMemory<float>> logits, Func<TResult, ReadOnlyMemory<float>> scores)
        : base(path, options)
    {
        ScoringOptions scoring = options.OpenedScoring;
        _logits = logits;
        _scores = scores;
        _model = load(path, scoring);
        _lengths = new(path, scoring.MaxLength);
        Serve(_model, (rows, stop) => _model.ScoreBatch(rows, stop), Characters, metrics);
    }

    /// <inheritdoc/>
    public override string Task => "text_pairs";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endpoints => TakesPairs == false ? ["/predict"] : ["/predict", "/rerank"];

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes)
    {
        new JsonEndpoint<PredictRequest, OneOrMany<Prediction[]>>(
            "/predict",
            "Gives a text's or a pair's labels with their scores, the highest first.",
            """{"inputs": TEXT | [TEXT, TEXT] | [[TEXT, TEXT], …]}, and, where wanted, "raw_scores" and "truncate".""")
        {
            MaxBodyBytes = Options.MaxBodyBytes,
            RefuseIfFull = Scorer.RefuseIfFull,
            Answer = PredictAsync,
        }.Map(routes);
        if (!Endpoints.Contains("/rerank"))
            return;
        new JsonEndpoint<RerankRequest, Rank[]>(
            "/rerank",
            "Orders texts by their score together with a query, the highest first.",
            """{"query": TEXT, "texts": [TEXT, …]}, and, where wanted, "raw_scores", "return_text", "truncate" and "label".""")
        {
            MaxBodyBytes = Options.MaxBodyBytes,
            RefuseIfFull = Scorer.RefuseIfFull,
            Answer = RerankAsync,
        }.Map(routes);
    }

    /// <inheritdoc/>
    public override void WriteType(Utf8JsonWriter json)
    {
        json.WriteStartObject(_model.Labels.Count == 1 ? "reranker" : "classifier");
        json.WriteStartObject("id2label");
        for (int i = 0; i < _model.Labels.Count; i++)
            json.WriteString(FormattableString.Invariant($"{i}"), _model.Labels[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < _model.Labels.Count; i++)
            json.WriteNumber(_model.Labels[i], i);
        json.WriteEndObject();
        if (TakesPairs is { } pairs)
            json.WriteBoolean("takes_pairs", pairs);
        json.WriteEndObject();
    }

    /// <summary>Whether rows are to be pairs; null where the model does not say.</summary>
    private bool? TakesPairs => Config.TypeVocabSize < 2 ? false : _model.TakesPairs;

    private static long Characters(TextPair pair) => pair.First.Length + (pair.Second?.Length ?? 0);

    private async Task<OneOrMany<Prediction[]>> PredictAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<TextPair> pairs = request.Inputs.Values;
        Check(pairs, request.Truncate);
        TResult[] predictions = await Scorer.ScoreAsync(pairs, cancellationToken).ConfigureAwait(false);
        return request.Inputs.With(predictions.Select(prediction => ToLabels(prediction, request.RawScores)));
    }

    private Prediction[] ToLabels(TResult prediction, bool raw)
    {
        ReadOnlySpan<float> scores = (raw ? _logits : _scores)(prediction).Span;
        var labels = new Prediction[scores.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = new(_model.Labels[i], scores[i]);
        Array.Sort(labels, (a, b) => b.Score.CompareTo(a.Score));
        return labels;
    }

    private async Task<Rank[]> RerankAsync(RerankRequest request, CancellationToken cancellationToken)
    {
        int label = LabelToRankBy(request.Label);
        if (request.Texts.Contains(null))
            throw RequestException.Unprocessable("one of the \"texts\" is null; expected a text.");
        TextPair[] pairs = [.. request.Texts.Select(text => new TextPair(request.Query, text))];
        Check(pairs, request.Truncate);
        TResult[] predictions = await Scorer.ScoreAsync(pairs, cancellationToken).ConfigureAwait(false);
        return
        [
            .. predictions.Select((prediction, index) => new Rank(
                    index,
                    (request.RawScores ? _logits : _scores)(prediction).Span[label],
                    request.ReturnText ? request.Texts[index] : null))
                .OrderByDescending(rank => rank.Score),
        ];
    }

    private int LabelToRankBy(string? label)
    {
        List<string> labels = [.. _model.Labels];
        if (label is null && labels.Count == 1)
            return 0;
        int index = label is null ? -1 : labels.IndexOf(label);
        return index >= 0
            ? index
            : throw RequestException.Unprocessable(
                $"\"label\" must be one of the model's, whose score the texts are ordered by: {string.Join(", ", labels.Take(20))}.");
    }

    /// <summary>Refuses what the model does not take, before it shares a batch with what it does.</summary>
    private void Check(IReadOnlyList<TextPair> pairs, bool? truncate)
    {
        CheckSize(pairs.Count, pairs.Select(pair => Math.Max(pair.First.Length, pair.Second?.Length ?? 0)));
        if (TakesPairs is { } wanted && pairs.Any(pair => pair.Second.HasValue != wanted))
        {
            throw RequestException.Unprocessable(wanted
                ? "the model takes pairs of texts; send [TEXT, TEXT], or [[TEXT, TEXT], …] for several."
                : "the model takes single texts; send TEXT, or [[TEXT], …] for several.");
        }
        if (!(truncate ?? Options.Truncate))
            _lengths.Require(pairs);
    }
}

/// <summary>What <c>/predict</c> is asked.</summary>
/// <param name="Inputs">The texts or pairs.</param>
/// <param name="Truncate">Whether what is too long is shortened; as the service is set where it is null.</param>
/// <param name="RawScores">Whether scores are logits, not probabilities.</param>
internal sealed record PredictRequest(OneOrMany<TextPair> Inputs, bool? Truncate = null, bool RawScores = false);

/// <summary>A label and its score.</summary>
internal sealed record Prediction(string Label, float Score);

/// <summary>What <c>/rerank</c> is asked.</summary>
/// <param name="Query">The first text of every pair.</param>
/// <param name="Texts">The second texts.</param>
/// <param name="Truncate">Whether what is too long is shortened; as the service is set where it is null.</param>
/// <param name="RawScores">Whether scores are logits, not probabilities.</param>
/// <param name="ReturnText">Whether the texts come back with their scores.</param>
/// <param name="Label">Of a model with several labels: the one by whose score the texts are ordered.</param>
internal sealed record RerankRequest(
    string Query, string?[] Texts, bool? Truncate = null, bool RawScores = false, bool ReturnText = false, string? Label = null);

/// <summary>A text's place in the order.</summary>
/// <param name="Index">Which of the texts it is, from 0.</param>
/// <param name="Score">Its score.</param>
/// <param name="Text">The text, where it was asked for.</param>
internal sealed record Rank(
    int Index, float Score,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Text);
