using System.Text.Json;

namespace BertMLNet.Parity;

/// <summary>A passage with a question; the answer is null where there is none.</summary>
internal sealed record Question(string Id, string Text, string Context, string? Answer)
{
    /// <summary>Where the answer stands.</summary>
    public int Start => Answer is null ? -1 : Context.IndexOf(Answer, StringComparison.Ordinal);
}

/// <summary>Questions about where and when someone was born.</summary>
internal static class QuestionData
{
    /// <summary>Draws questions, two a passage; with <paramref name="unanswerable"/>, every fourth has no answer.</summary>
    public static Question[] Of(int count, uint seed, bool unanswerable = true)
    {
        var draw = new Draw(seed);
        var questions = new List<Question>();
        while (questions.Count < count)
        {
            string name = draw.Of(Words.Names), place = draw.Of(Words.Places), year = draw.Of(Words.Years), other = draw.Of(Words.Names);
            string more = string.Concat(Enumerable.Range(0, draw.Next(6)).Select(_ =>
                $" {draw.Of(Words.Names)} {draw.Of(Words.Verbs)} {other}."));
            string context = $"{other} {draw.Of(Words.Verbs)} David.{more} {name} was born in {place} in {year}.{more}";
            bool none = unanswerable && questions.Count % 4 == 2;
            questions.Add(new($"q{questions.Count}", none ? $"Who followed {place}?" : $"Where was {name} born?", context, none ? null
                : place));
            questions.Add(new($"q{questions.Count}", $"When was {name} born?", context, year));
        }
        return [.. questions.Take(count)];
    }

    /// <summary>SQuAD's JSON; with a shift, years are said to stand so many characters behind their places.</summary>
    public static string Squad(IEnumerable<Question> questions, bool version2 = true, int shift = 0) => JsonSerializer.Serialize(new
    {
        version = version2 ? "v2.0" : "1.1",
        data = new[]
        {
            new
            {
                title = "Generated",
                paragraphs = questions.GroupBy(question => question.Context).Select(paragraph => new
                {
                    context = paragraph.Key,
                    qas = paragraph.Select(question => new
                    {
                        id = question.Id,
                        question = question.Text,
                        answers = Answers(question, shift),
                        is_impossible = question.Answer is null,
                    }),
                }),
            },
        },
    });

    public static string JsonLines(IEnumerable<Question> questions, bool answered = true) =>
        string.Concat(questions.Select(question => (answered
        ? JsonSerializer.Serialize(new { id = question.Id, question = question.Text, context = question.Context,
            answers = Answers(question) })
        : JsonSerializer.Serialize(new { question = question.Text, context = question.Context })) + "\n"));

    private static IEnumerable<object> Answers(Question question, int shift = 0) =>
        question.Answer is null ? [] : [new { text = question.Answer, answer_start = question.Start + (char.IsDigit(question.Answer[0]) ? shift : 0) }];
}
