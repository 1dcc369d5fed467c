using System.Text.Json;
using System.Text.Json.Serialization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>A model that answers questions with a span of a passage: <c>/answer</c>.</summary>
internal sealed class QuestionModel : ServedModel<QuestionInput, QuestionAnswer>
{
    private const int Candidates = 5;
    private const int LongestWindow = 384;

    private readonly QuestionAnswerer _answerer;

    /// <summary>Opens the model.</summary>
    public QuestionModel(string path, BertServiceOptions options, ServiceMetrics metrics)
        : base(path, options)
    {
        QuestionAnsweringOptions answering = options.Answering ?? (Config.Answering ?? new()) with { NBestSize = Candidates };
        _answerer = QuestionAnswerer.Load(path, answering, options.OpenedScoring);
        Serve(_answerer, _answerer.AnswerBatch, question => (long)question.Question.Length + question.Passage.Length, metrics);
    }

    /// <inheritdoc/>
    public override string Task => "question_answering";

    /// <inheritdoc/>
    public override int MaxLength => Math.Min(
        Options.Scoring.MaxLength ?? Config.Answering?.MaxLength ?? LongestWindow, Config.MaxPositionEmbeddings);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endpoints => ["/answer"];

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes) => new JsonEndpoint<AnswerRequest, OneOrMany<AnswerResponse>>(
        "/answer",
        "Answers questions with the words of a passage; 'start' and 'end' are UTF-16 units.",
        """{"inputs": {"question": TEXT, "context": TEXT} | [{…}, …]}.""")
    {
        MaxBodyBytes = Options.MaxBodyBytes,
        RefuseIfFull = Scorer.RefuseIfFull,
        Answer = AnswerAsync,
    }.Map(routes);

    /// <inheritdoc/>
    public override void WriteType(Utf8JsonWriter json)
    {
        json.WriteStartObject("question_answering");
        json.WriteEndObject();
    }

    private async Task<OneOrMany<AnswerResponse>> AnswerAsync(AnswerRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<QuestionRequest> questions = request.Inputs.Values;
        CheckSize(questions.Count, questions.Select(question => Math.Max(question.Question.Length, question.Context.Length)));
        QuestionAnswer[] answers = await Scorer.ScoreAsync(
            [.. questions.Select(question => new QuestionInput(question.Question, question.Context))],
            cancellationToken).ConfigureAwait(false);
        return request.Inputs.With(answers.Select(AnswerResponse.Of));
    }
}

/// <summary>What <c>/answer</c> is asked.</summary>
/// <param name="Inputs">The questions.</param>
internal sealed record AnswerRequest(OneOrMany<QuestionRequest> Inputs);

/// <summary>A question and the passage that may answer it.</summary>
internal sealed record QuestionRequest(string Question, string Context);

/// <summary>An answer, as <c>bertmlnet score</c> writes it.</summary>
/// <param name="Answer">The words of the passage; empty for no answer.</param>
/// <param name="Start">The first character; null for no answer.</param>
/// <param name="End">The character after the last; null for no answer.</param>
/// <param name="Score">The probability.</param>
/// <param name="NBest">The candidates, the likeliest first.</param>
internal sealed record AnswerResponse(
    string Answer, int? Start, int? End, double Score, [property: JsonPropertyName("nBest")] IReadOnlyList<AnswerCandidateResponse> NBest)
{
    /// <summary>What the model said, as a response.</summary>
    public static AnswerResponse Of(QuestionAnswer answer) => new(
        answer.Text, answer.Start, answer.End, answer.Score,
        [.. answer.NBest.Select(candidate => new AnswerCandidateResponse(candidate.Text, candidate.Start, candidate.End, candidate.Score))]);
}

/// <summary>A span of the passage that may be the answer.</summary>
internal sealed record AnswerCandidateResponse(string Answer, int? Start, int? End, double Score);
