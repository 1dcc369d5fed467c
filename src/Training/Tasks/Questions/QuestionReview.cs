using System.Globalization;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>
/// What the report tells of answers one by one: scores by the length of the right answer, and the worst errors with their texts.
/// </summary>
internal sealed class QuestionReview
{
    private const int Shown = 20;
    private const int PassageShown = 160;

    /// <summary>The most words of each group but the last.</summary>
    private static readonly int[] GroupEnds = [0, 1, 2, 4, 8];

    private static readonly string[] GroupNames = ["no answer", "1 word", "2 words", "3–4 words", "5–8 words", "9 words or more"];

    private readonly List<Answered> _answers = [];

    /// <summary>Adds a question's answer.</summary>
    public void Add(QuestionExample example, QuestionAnswer answer) =>
        _answers.Add(new(example, answer.BestSpan, answer.NullScoreDifference ?? double.PositiveInfinity));

    /// <summary>The tables.</summary>
    /// <param name="nullThreshold">
    /// "No answer" is said where the null score difference is above it; null where every question has an answer.
    /// </param>
    public IReadOnlyList<ReportTable> ToTables(double? nullThreshold)
    {
        List<Judged> judged = [.. _answers.Select(answer => Judge(answer, nullThreshold))];
        return [ByLength(judged), Worst(judged)];
    }

    private static Judged Judge(Answered answer, double? nullThreshold)
    {
        SquadVersion version = nullThreshold is null ? SquadVersion.V1 : SquadVersion.V2;
        string[] golds = [.. answer.Example.KnownAnswers.Select(gold => gold.Text)];
        bool saysNone = answer.Span is null || answer.NullScoreDifference > (nullThreshold ?? double.PositiveInfinity);
        string text = saysNone ? "" : answer.Span!.Text;
        double confidence = saysNone ? 1 / (1 + Math.Exp(-answer.NullScoreDifference)) : answer.Span!.Score;
        return new(
            answer,
            text,
            golds.Length == 0 ? 0 : golds.Min(gold => gold.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length),
            AnswerMetrics.ExactMatch(text, golds) ? 1 : 0, AnswerMetrics.F1(text, golds, version), confidence);
    }

    private static ReportTable ByLength(List<Judged> judged) => new(
        "Exact match and F1 by answer length",
        ["shortest right answer", "exact match", "F1", "questions"],
        [
            .. judged.GroupBy(answer => GroupEnds.TakeWhile(end => answer.Words > end).Count()).OrderBy(group => group.Key)
                .Select(group => (IReadOnlyList<string>)
                [
                    GroupNames[group.Key], Fraction(group.Average(answer => answer.ExactMatch)),
                    Fraction(group.Average(answer => answer.F1)),
                    group.Count().ToString(CultureInfo.InvariantCulture),
                ]),
        ],
        Chart: ReportChart.Bars);

    private static ReportTable Worst(List<Judged> judged) => new(
        "Worst errors",
        ["question", "right", "answered", "F1", "sureness", "passage"],
        [
            .. judged.Where(answer => answer.ExactMatch == 0)
                .OrderBy(answer => answer.F1).ThenByDescending(answer => answer.Confidence).Take(Shown)
                .Select(answer => (IReadOnlyList<string>)
                [
                    answer.Of.Example.Question,
                    answer.Words == 0
                        ? "(no answer)"
                        : string.Join(" / ", answer.Of.Example.KnownAnswers.Select(gold => gold.Text).Distinct(StringComparer.Ordinal)),
                    answer.Text.Length == 0 ? "(no answer)" : answer.Text,
                    Fraction(answer.F1), Fraction(answer.Confidence), Passage(answer.Of),
                ]),
        ],
        "The validation questions that the model got wrong and was surest of. Sureness is the probability of what was answered.");

    /// <summary>The passage about the right answer, or about the one given where there is no right one.</summary>
    private static string Passage(Answered answer)
    {
        string text = answer.Example.Context;
        int? right = answer.Example.KnownAnswers.Select(gold => gold.Start).FirstOrDefault(start => start is not null);
        int middle = right ?? answer.Span?.Start ?? 0;
        int from = Math.Max(0, middle - PassageShown / 2);
        int to = Math.Min(text.Length, from + PassageShown);
        // Not through the middle of a character.
        from -= from > 0 && char.IsLowSurrogate(text[from]) ? 1 : 0;
        to += to < text.Length && char.IsLowSurrogate(text[to]) ? 1 : 0;
        return $"{(from > 0 ? "… " : "")}{text[from..to]}{(to < text.Length ? " …" : "")}";
    }

    private static string Fraction(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Answered(QuestionExample Example, AnswerCandidate? Span, double NullScoreDifference);

    private sealed record Judged(Answered Of, string Text, int Words, double ExactMatch, double F1, double Confidence);
}
