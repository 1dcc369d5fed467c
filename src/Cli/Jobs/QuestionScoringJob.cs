using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Answers questions.</summary>
/// <param name="answerer">The model, which is the job's from now on.</param>
/// <param name="open">Reads the input.</param>
internal sealed class QuestionScoringJob(
    QuestionAnswerer answerer, Func<Action<BertMLNetException>?, CancellationToken, IEnumerable<QuestionExample>> open)
    : ScoringJob<QuestionExample, QuestionAnswer>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns { get; } = ["id", "answer", "start", "end", "score"];

    /// <inheritdoc/>
    public override void Dispose() => answerer.Dispose();

    /// <inheritdoc/>
    protected override IEnumerable<QuestionExample> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken) =>
        open(onBadRow, cancellationToken);

    /// <inheritdoc/>
    protected override IEnumerable<QuestionAnswer> Score(IEnumerable<QuestionExample> rows, CancellationToken cancellationToken) =>
        answerer.AnswerStream(rows.Select(example => new QuestionInput(example.Question, example.Context)), cancellationToken);

    /// <inheritdoc/>
    protected override void Write(ResultWriter results, QuestionExample row, QuestionAnswer result)
    {
        if (results.WritesTsv)
        {
            results.WriteCells([row.Id ?? "", result.Text, Text(result.Start), Text(result.End), result.Score.ToString(CultureInfo.InvariantCulture)]);
            return;
        }
        results.WriteObject(json =>
        {
            json.WriteString("id", row.Id);
            WriteAnswer(json, result.Text, result.Start, result.End, result.Score);
            json.WriteStartArray("nBest");
            foreach (AnswerCandidate candidate in result.NBest)
            {
                json.WriteStartObject();
                WriteAnswer(json, candidate.Text, candidate.Start, candidate.End, candidate.Score);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static void WriteAnswer(Utf8JsonWriter json, string text, int? start, int? end, double score)
    {
        json.WriteString("answer", text);
        WritePlace(json, "start", start);
        WritePlace(json, "end", end);
        json.WriteNumber("score", score);
    }

    private static void WritePlace(Utf8JsonWriter json, string name, int? place)
    {
        if (place is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static string Text(int? place) => place?.ToString(CultureInfo.InvariantCulture) ?? "";
}
