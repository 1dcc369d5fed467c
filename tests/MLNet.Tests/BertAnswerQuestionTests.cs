using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

public sealed class BertAnswerQuestionTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.Questions();
    private readonly MLContext _context = new();
    private readonly QuestionRow[] _rows;
    private readonly IDataView _data;
    private readonly QuestionAnswer[] _expected;

    public BertAnswerQuestionTests()
    {
        // Passages of up to 150 words take several windows of 64 tokens; the first two rows have nothing to answer.
        string[] questions = TinyModel.Sentences(40, seed: 3), passages = TinyModel.Sentences(40, seed: 4, longest: 150);
        _rows = [.. questions.Zip(passages, (question, passage) => new QuestionRow { Question = question, Context = passage })];
        _rows[0] = new QuestionRow { Question = "w1", Context = null };
        _rows[1] = new QuestionRow { Question = null, Context = "w1 w2" };
        _data = _context.Data.LoadFromEnumerable(_rows);
        using var answerer = QuestionAnswerer.Load(_model.Path);
        _expected = [.. _rows.Select(row => answerer.Answer(row.Question!, row.Context!))];
    }

    [Fact]
    public void Answers_are_those_of_each_question_alone()
    {
        using BertTransformer transformer = _context.Transforms.BertAnswerQuestion(_model.Path).Fit(_data);
        IDataView answered = transformer.Transform(_data);
        Assert.Equal(
            ["Question String", "Context String", "Answer String", "Score Single", "AnswerStart Int32", "AnswerEnd Int32"],
            answered.Schema.Select(column => $"{column.Name} {column.Type}"));

        AssertAnswers(_context.Data.CreateEnumerable<AnswerRow>(answered, reuseRowObject: false));

        var engine = _context.Model.CreatePredictionEngine<QuestionRow, AnswerRow>(
            transformer, new PredictionEngineOptions { OwnsTransformer = false });
        AssertAnswers(_rows.Select(engine.Predict));
    }

    [Fact]
    public void Saved_pipelines_answer_alike()
    {
        using var folder = new TemporaryFolder();
        var options = new BertAnswerQuestionOptions { ModelPath = _model.Path };
        using (BertTransformer transformer = _context.BertAnswerQuestion(options).Fit(_data))
        {
            _context.Model.Save(transformer, _data.Schema, folder["plain.zip"]);
            BertPipeline.Save(_context, transformer, _data.Schema, folder["packed.zip"]);
        }
        IDataView plain = new MLContext().Model.Load(folder["plain.zip"], out _).Transform(_data);
        AssertAnswers(_context.Data.CreateEnumerable<AnswerRow>(plain, reuseRowObject: false));

        ITransformer packed = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);
        using ((IDisposable)packed)
            AssertAnswers(_context.Data.CreateEnumerable<AnswerRow>(packed.Transform(_data), reuseRowObject: false));
    }

    [Fact]
    public void The_estimator_foretells_its_columns_and_names_a_missing_one()
    {
        BertEstimator estimator = _context.Transforms.BertAnswerQuestion(_model.Path, contextColumnName: "Nope");
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(_data)).Message);
        SchemaShape shape = _context.Transforms.BertAnswerQuestion(_model.Path).GetOutputSchema(SchemaShapes.Of(_data.Schema));
        Assert.Equal(["Question", "Context", "Answer", "Score", "AnswerStart", "AnswerEnd"], shape.Select(column => column.Name));
    }

    [Fact]
    public void The_columns_can_be_renamed()
    {
        using BertTransformer transformer =
            _context.Transforms.BertAnswerQuestion(_model.Path, answerColumnName: "Reply", scoreColumnName: "Sure").Fit(_data);
        IDataView answered = transformer.Transform(_data);
        Assert.Equal(["Question", "Context", "Reply", "Sure", "AnswerStart", "AnswerEnd"], answered.Schema.Select(column => column.Name));
        Assert.Equal(_expected.Select(answer => answer.Text), answered.GetColumn<string>("Reply"));
    }

    public void Dispose() => _model.Dispose();

    private void AssertAnswers(IEnumerable<AnswerRow> actual)
    {
        AnswerRow[] rows = [.. actual];
        Assert.Equal(_expected.Length, rows.Length);
        foreach ((QuestionAnswer expected, AnswerRow row) in _expected.Zip(rows))
        {
            Assert.Equal((expected.Text, expected.Start ?? -1, expected.End ?? -1), (row.Answer, row.AnswerStart, row.AnswerEnd));
            Assert.Equal(expected.Score, row.Score, 1e-5);
        }
    }
}
