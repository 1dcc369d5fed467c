using BertMLNet.Scoring;

namespace BertMLNet.Training.Tests;

public sealed class QuestionReviewTests
{
    private const string Passage = "Ann Lee sang in the old town hall of Oslo for an hour.";

    [Fact]
    public void Scores_are_told_by_the_length_of_the_shortest_right_answer()
    {
        var review = new QuestionReview();
        review.Add(Ask("Who sang?", "Ann Lee", "Ann"), Says("Ann", 0.9));
        review.Add(Ask("Where?", "Oslo"), Says("old town", 0.8));
        review.Add(Ask("Who was it?", "Ann Lee"), Says("Lee", 0.7));
        review.Add(Ask("In what?", "the old town hall of Oslo"), Says("old town hall", 0.4));

        ReportTable table = review.ToTables(nullThreshold: null)[0];
        Assert.Equal(ReportChart.Bars, table.Chart);
        Assert.Equal(
            [["1 word", "0.500", "0.500", "2"], ["2 words", "0.000", "0.667", "1"], ["5–8 words", "0.000", "0.750", "1"]],
            table.Rows);
    }

    [Fact]
    public void The_surest_errors_come_first_with_their_texts()
    {
        var review = new QuestionReview();
        review.Add(Ask("Right?", "Ann"), Says("Ann", 0.9));
        review.Add(Ask("Unsure?", "Oslo"), Says("hour", 0.2));
        review.Add(Ask("Sure?", "Oslo"), Says("hour", 0.8));
        review.Add(Ask("Half?", "Ann Lee"), Says("Ann", 0.95));
        review.Add(Ask("None?"), Says("Ann", 0.6, nullScoreDifference: -3));
        review.Add(Ask("Silent?", "Oslo"), Says("Oslo", 0.6, nullScoreDifference: 4));

        ReportTable table = review.ToTables(nullThreshold: 0)[1];
        Assert.Equal(["Silent?", "Sure?", "None?", "Unsure?", "Half?"], table.Rows.Select(row => row[0]));
        Assert.Equal(["Silent?", "Oslo", "(no answer)", "0.000", "0.982", Passage], table.Rows[0]);
        Assert.Equal(("(no answer)", "Ann"), (table.Rows[2][1], table.Rows[2][2]));
    }

    [Fact]
    public void Long_passages_are_shown_about_the_answer()
    {
        string passage = "a" + string.Concat(Enumerable.Repeat("\U0001F600", 200)) + " Oslo" + new string('x', 500);
        var review = new QuestionReview();
        review.Add(QuestionTestModel.Example("Where?", passage, new GoldAnswer("Oslo", 402)), Says("xx", 0.5));

        string shown = review.ToTables(nullThreshold: null)[1].Rows[0][5];
        Assert.StartsWith("… \U0001F600", shown, StringComparison.Ordinal);
        Assert.Contains("Oslo", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 150, 170);
    }

    private static QuestionExample Ask(string question, params string[] answers) =>
        QuestionTestModel.Example(question, Passage, [.. answers.Select(answer => new GoldAnswer(answer, Passage.IndexOf(answer, StringComparison.Ordinal)))]);

    private static QuestionAnswer Says(string text, double score, double nullScoreDifference = -10) => new()
    {
        BestSpan = new AnswerCandidate(text, 0, text.Length, score, Logit: 0),
        NullScoreDifference = nullScoreDifference,
    };
}
