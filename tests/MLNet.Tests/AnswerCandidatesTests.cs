using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>The candidates of question answering as vector columns; <see cref="QuestionAnswer.NBest"/> is the oracle.</summary>
public sealed class AnswerCandidatesTests : IDisposable
{
    private const int Most = 4;
    private static readonly string[] Added =
        ["Answer", "Score", "AnswerStart", "AnswerEnd", "NBestAnswer", "NBestScore", "NBestStart", "NBestEnd"];

    private readonly TinyModel _model = TinyModel.Questions();
    private readonly MLContext _context = new(seed: 1);
    private readonly QuestionRow[] _rows;
    private readonly IDataView _data;
    private readonly QuestionAnswer[] _expected;

    public AnswerCandidatesTests()
    {
        // The threshold stands in the model's configuration: asking for candidates must not lose it.
        BertConfig config = _model.Parameters.Config with { Answering = new QuestionAnsweringOptions { NullThreshold = 0 } };
        config.Save(_model.Folder.ConfigPath, Heads.Questions);
        string[] questions = TinyModel.Sentences(40, seed: 3), passages = TinyModel.Sentences(40, seed: 4, longest: 150);
        _rows = [.. questions.Zip(
            passages, (question, passage) => new QuestionRow { Question = "w1 " + question, Context = "w2 w3 " + passage })];
        _rows[0] = new QuestionRow { Question = "w1", Context = null };
        _rows[1] = new QuestionRow { Question = "w1", Context = "w2" };
        _data = _context.Data.LoadFromEnumerable(_rows);
        using var answerer = QuestionAnswerer.Load(_model.Path, config.Answering! with { NBestSize = Most });
        _expected = [.. _rows.Select(row => answerer.Answer(row.Question!, row.Context!))];
    }

    [Fact]
    public void The_rows_show_what_is_claimed()
    {
        Assert.Empty(_expected[0].NBest);
        // One word, or no answer.
        Assert.Equal(2, _expected[1].NBest.Count);
        Assert.All(_expected[2..], answer => Assert.Equal(Most, answer.NBest.Count));
        Assert.Contains(_expected, answer => answer.NBest.Any(candidate => candidate.Start is null));
        Assert.All(_expected, answer => Assert.Equal(answer.NBest.OrderByDescending(candidate => candidate.Score), answer.NBest));
    }

    [Fact]
    public void Candidates_are_those_of_each_question_alone()
    {
        using BertTransformer transformer = Fit();
        IDataView answered = transformer.Transform(_data);
        Assert.Equal(
            ["NBestAnswer Vector<String>", "NBestScore Vector<Single>", "NBestStart Vector<Int32>", "NBestEnd Vector<Int32>"],
            answered.Schema.Skip(6).Select(column => $"{column.Name} {column.Type}"));

        AssertCandidates(answered);
        AssertCandidates(_context.Data.Cache(answered));
        // Rows of fewer candidates after rows of more: what a reused object held before does not show.
        int row = 0;
        foreach (CandidatesRow reused in _context.Data.CreateEnumerable<CandidatesRow>(answered, reuseRowObject: true))
            reused.AssertEqual(_expected[row++]);

        var engine = _context.Model.CreatePredictionEngine<QuestionRow, CandidatesRow>(
            transformer, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = _rows.Length - 1; i >= 0; i--)
            engine.Predict(_rows[i]).AssertEqual(_expected[i]);
    }

    [Fact]
    public void The_estimator_foretells_what_the_transformer_adds()
    {
        using BertTransformer transformer = Fit();
        SchemaShape shape = Estimator().GetOutputSchema(SchemaShapes.Of(_data.Schema));
        DataViewSchema schema = transformer.GetOutputSchema(_data.Schema);

        Assert.Equal(["Question", "Context", .. Added], shape.Select(column => column.Name));
        Assert.Equal(["Question", "Context", .. Added], schema.Select(column => column.Name));
        foreach (SchemaShape.Column column in shape.Skip(6))
        {
            Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, column.Kind);
            var type = (VectorDataViewType)schema[column.Name].Type;
            Assert.False(type.IsKnownSize);
            Assert.Equal(type.ItemType, column.ItemType);
        }
    }

    [Fact]
    public void Each_column_is_there_when_it_is_named_and_read_when_it_is_asked_for()
    {
        var options = new BertAnswerQuestionOptions
        {
            ModelPath = _model.Path,
            NBestStartColumnName = "From",
            NBestScoreColumnName = "Sure",
            NBestSize = Most,
        };
        using BertTransformer transformer = _context.Transforms.BertAnswerQuestion(options).Fit(_data);
        IDataView answered = transformer.Transform(_data);
        Assert.Equal(
            ["Answer", "Score", "AnswerStart", "AnswerEnd", "Sure", "From"], answered.Schema.Skip(2).Select(column => column.Name));

        using DataViewRowCursor cursor = answered.GetRowCursor([answered.Schema["From"]]);
        ValueGetter<VBuffer<int>> from = cursor.GetGetter<VBuffer<int>>(answered.Schema["From"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(answered.Schema["Sure"]));
        VBuffer<int> starts = default;
        foreach (QuestionAnswer expected in _expected)
        {
            Assert.True(cursor.MoveNext());
            from(ref starts);
            Assert.Equal(expected.NBest.Select(candidate => candidate.Start ?? -1), starts.DenseValues());
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Without_a_number_there_are_as_many_as_the_answering_options_say()
    {
        var options = new BertAnswerQuestionOptions
        {
            ModelPath = _model.Path,
            NBestAnswerColumnName = "Texts",
            Answering = new QuestionAnsweringOptions { NBestSize = 3 },
        };
        Assert.Equal(3, Texts(options).Max(texts => texts.Length));
        Assert.Equal(2, Texts(options with { NBestSize = 2 }).Max(texts => texts.Length));
        Assert.Equal(20, Texts(options with { Answering = null }).Max(texts => texts.Length));
        Assert.Contains("NBestSize is 0", Assert.Throws<BertMLNetException>(() => Texts(options with { NBestSize = 0 })).Message);

        string[][] Texts(BertAnswerQuestionOptions wanted)
        {
            using BertTransformer transformer = _context.BertAnswerQuestion(wanted).Fit(_data);
            return [.. transformer.Transform(_data).GetColumn<string[]>("Texts")];
        }
    }

    [Fact]
    public void Saved_pipelines_give_the_same_candidates()
    {
        using var folder = new TemporaryFolder();
        var pipeline = _context.Transforms.CopyColumns("Asked", "Question")
            .Append(_context.Transforms.BertAnswerQuestion(_model.Path, questionColumnName: "Asked", nBest: Most))
            .Append(_context.Transforms.CopyColumns("Copy", "NBestAnswer"));
        using (var model = pipeline.Fit(_data))
        {
            _context.Model.Save(model, _data.Schema, folder["plain.zip"]);
            BertPipeline.Save(_context, model, _data.Schema, folder["packed.zip"]);
        }

        ITransformer plain = new MLContext().Model.Load(folder["plain.zip"], out _);
        AssertLoaded(plain);
        Assert.DoesNotContain(
            plain.GetOutputSchema(_data.Schema),
            column => !column.IsHidden && column.Name.StartsWith("__bertmlnet", StringComparison.Ordinal));

        ITransformer packed = BertPipeline.Load(new MLContext(), folder["packed.zip"], out DataViewSchema schema);
        using ((IDisposable)packed)
        {
            AssertLoaded(packed);
            BertPipeline.Save(_context, packed, schema, folder["again.zip"]);
        }
        ITransformer again = BertPipeline.Load(new MLContext(), folder["again.zip"], out _);
        using ((IDisposable)again)
            AssertLoaded(again);
    }

    [Fact]
    public void A_pipeline_saved_without_some_columns_has_the_others()
    {
        using var folder = new TemporaryFolder();
        var options = new BertAnswerQuestionOptions { ModelPath = _model.Path, NBestEndColumnName = "To", NBestSize = Most };
        using (BertTransformer transformer = _context.Transforms.BertAnswerQuestion(options).Fit(_data))
            _context.Model.Save(transformer, _data.Schema, folder["model.zip"]);

        IDataView answered = new MLContext().Model.Load(folder["model.zip"], out _).Transform(_data);

        Assert.Equal(
            ["Question", "Context", "Answer", "Score", "AnswerStart", "AnswerEnd", "To"],
            answered.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        Assert.Equal(
            _expected.Select(answer => answer.NBest.Select(candidate => candidate.End ?? -1)), answered.GetColumn<int[]>("To"));
    }

    [Fact]
    public void Candidates_are_previewed_and_written_as_text()
    {
        using BertTransformer transformer = Fit();
        IDataView answered = transformer.Transform(_data);

        DataDebuggerPreview preview = answered.Preview(maxRows: 5);
        var previewed = (VBuffer<ReadOnlyMemory<char>>)preview.RowView[4].Values.Single(cell => cell.Key == "NBestAnswer").Value;
        Assert.Equal(_expected[4].NBest.Select(candidate => candidate.Text), previewed.DenseValues().Select(text => text.ToString()));

        using var stream = new MemoryStream();
        IDataView some = _context.Transforms.SelectColumns("AnswerStart", "NBestStart", "NBestEnd").Fit(answered).Transform(answered);
        _context.Data.SaveAsText(some, stream, headerRow: false, schema: false, forceDense: true);
        string[] lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Trim('\uFEFF').Split(
            '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(
            _expected.Select(answer => string.Join('\t', answer.NBest.Select(candidate => candidate.Start)
                .Concat(answer.NBest.Select(candidate => candidate.End))
                .Prepend(answer.Start)
                .Select(place => (place ?? -1).ToString(CultureInfo.InvariantCulture)))),
            lines);
    }

    public void Dispose() => _model.Dispose();

    private BertEstimator Estimator() => _context.Transforms.BertAnswerQuestion(_model.Path, nBest: Most);

    private BertTransformer Fit() => Estimator().Fit(_data);

    private void AssertLoaded(ITransformer model)
    {
        IDataView answered = model.Transform(_data);
        AssertCandidates(answered);
        Assert.Equal(_expected.Select(answer => answer.NBest.Select(candidate => candidate.Text)), answered.GetColumn<string[]>("Copy"));
        var engine = _context.Model.CreatePredictionEngine<QuestionRow, CandidatesRow>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        engine.Predict(_rows[5]).AssertEqual(_expected[5]);
    }

    private void AssertCandidates(IDataView answered)
    {
        CandidatesRow[] rows = [.. _context.Data.CreateEnumerable<CandidatesRow>(answered, reuseRowObject: false)];
        Assert.Equal(_expected.Length, rows.Length);
        foreach ((QuestionAnswer expected, CandidatesRow row) in _expected.Zip(rows))
            row.AssertEqual(expected);
    }
}
