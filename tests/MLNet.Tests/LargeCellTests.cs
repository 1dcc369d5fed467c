using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>A megabyte of text in one cell.</summary>
public sealed class LargeCellTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void A_pair_is_shortened_as_the_options_say()
    {
        using var scenario = new Scenario(40);
        string[] words = [.. Enumerable.Range(0, Megabyte / 5).Select(i => TinyModel.Word(i % 190))];
        string large = string.Join(' ', words);
        Assert.InRange(large.Length, Megabyte / 2, 2 * Megabyte);
        // It stands among ordinary rows, which must not notice.
        PairRow[] rows = [.. scenario.Rows];
        rows[7] = new PairRow { Sentence1 = large, Sentence2 = "w1 w2 w3", Features = [0, 0] };
        rows[9] = new PairRow { Sentence1 = "w1 w2 w3", Sentence2 = large, Features = [0, 0] };
        IDataView data = scenario.Context.Data.LoadFromEnumerable(rows);
        using var classifier = PairClassifier.Load(scenario.Model.Path);
        // 64 tokens hold [CLS], two [SEP], the three words of the short text and 58 of the long one.
        string head = string.Join(' ', words.Take(58));

        using BertTransformer longest = scenario.Fit();
        float[] actual = [.. longest.Transform(data).GetColumn<float>("Probability")];

        Assert.Equal(classifier.Score(head, "w1 w2 w3").Probabilities.Span[1], actual[7], 1e-5f);
        Assert.Equal(classifier.Score("w1 w2 w3", head).Probabilities.Span[1], actual[9], 1e-5f);
        foreach (int row in Enumerable.Range(0, rows.Length).Except([7, 9]))
            Assert.Equal(scenario.Expected[row].Probabilities.Span[1], actual[row], 1e-5f);

        using BertTransformer none = scenario.Fit(
            scenario.Options() with { Scoring = new ScoringOptions { Truncation = TruncationStrategy.None } });
        Assert.ThrowsAny<Exception>(() => none.Transform(data).GetColumn<float>("Probability").ToList());
    }

    [Fact]
    public void A_passage_is_read_in_windows_to_its_end()
    {
        using var model = TinyModel.Questions();
        var context = new MLContext();
        string passage = string.Join(' ', Enumerable.Range(0, Megabyte / 5).Select(i => TinyModel.Word(i * 7 % 190)));
        IDataView data = context.Data.LoadFromEnumerable([new QuestionRow { Question = "w1 w2", Context = passage }]);
        using BertTransformer transformer = context.Transforms.BertAnswerQuestion(model.Path).Fit(data);

        AnswerRow answer = context.Data.CreateEnumerable<AnswerRow>(transformer.Transform(data), reuseRowObject: false).Single();

        Assert.InRange(answer.AnswerStart, 0, passage.Length);
        Assert.Equal(passage[answer.AnswerStart..answer.AnswerEnd], answer.Answer);
        // The best of many windows is at least as good as the best of the first few thousand words.
        using var answerer = QuestionAnswerer.Load(model.Path);
        Assert.NotEqual("", answerer.Answer("w1 w2", passage[..20_000]).Text);
    }
}
