using System.Text.Json;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

public sealed class BertRecognizeEntitiesTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.Entities();
    private readonly MLContext _context = new();
    private readonly TextRow[] _rows;
    private readonly IDataView _data;
    private readonly IReadOnlyList<RecognizedEntity>[] _expected;

    public BertRecognizeEntitiesTests()
    {
        // Texts of up to 150 words take several windows of 64 tokens; the first two name nothing.
        _rows = [.. TinyModel.Sentences(40, seed: 8, longest: 150).Select(text => new TextRow { Text = text })];
        _rows[0] = new TextRow { Text = null };
        _rows[1] = new TextRow { Text = " \t" };
        _data = _context.Data.LoadFromEnumerable(_rows);
        using var recognizer = EntityRecognizer.Load(_model.Path);
        _expected = [.. _rows.Select(row => recognizer.Recognize(row.Text ?? ""))];
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Entities_are_those_of_each_text_alone()
    {
        Assert.Contains(_expected, entities => entities.Count > 2);
        using BertTransformer transformer = _context.Transforms.BertRecognizeEntities(_model.Path).Fit(_data);
        IDataView recognized = transformer.Transform(_data);
        Assert.Equal(
            [
                "Text String", "Entities String", "EntityType Vector<String>", "EntityText Vector<String>", "EntityStart Vector<Int32>",
                "EntityEnd Vector<Int32>", "EntityScore Vector<Single>",
            ],
            recognized.Schema.Select(column => $"{column.Name} {column.Type}"));
        AssertEntities(recognized);

        var engine = _context.Model.CreatePredictionEngine<TextRow, EntitiesRow>(
            transformer, new PredictionEngineOptions { OwnsTransformer = false });
        AssertEntities(_rows.Select(row => engine.Predict(row)));
    }

    [Fact]
    public void Saved_pipelines_find_the_same()
    {
        using var folder = new TemporaryFolder();
        var options = new BertRecognizeEntitiesOptions
        {
            ModelPath = _model.Path,
            Recognition = new EntityOptions { Aggregation = EntityAggregation.First, Stride = 20 },
        };
        using (BertTransformer transformer = _context.BertRecognizeEntities(options).Fit(_data))
        {
            _context.Model.Save(transformer, _data.Schema, folder["plain.zip"]);
            BertPipeline.Save(_context, transformer, _data.Schema, folder["packed.zip"]);
        }
        using var recognizer = EntityRecognizer.Load(_model.Path, options.Recognition);
        IReadOnlyList<RecognizedEntity>[] expected = [.. _rows.Select(row => recognizer.Recognize(row.Text ?? ""))];
        AssertEntities(new MLContext().Model.Load(folder["plain.zip"], out _).Transform(_data), expected);

        ITransformer packed = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);
        using ((IDisposable)packed)
            AssertEntities(packed.Transform(_data), expected);
    }

    [Fact]
    public void Columns_can_have_other_names()
    {
        var options = new BertRecognizeEntitiesOptions
        {
            ModelPath = _model.Path, EntitiesColumnName = "A", TypeColumnName = "B", EntityTextColumnName = "C", StartColumnName = "D",
            EndColumnName = "E", ScoreColumnName = "F",
        };
        using BertTransformer transformer = _context.Transforms.BertRecognizeEntities(options).Fit(_data);
        Assert.Equal(["Text", "A", "B", "C", "D", "E", "F"], transformer.Transform(_data).Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_model_of_another_task_is_refused_by_name()
    {
        using var pairs = TinyModel.Pairs();
        var error = Assert.Throws<BertMLNetException>(() => _context.Transforms.BertRecognizeEntities(pairs.Path).Fit(_data));
        Assert.Contains("score it with PairClassifier", error.Message);
    }

    private void AssertEntities(IDataView data, IReadOnlyList<RecognizedEntity>[]? expected = null) =>
        AssertEntities(_context.Data.CreateEnumerable<EntitiesRow>(data, reuseRowObject: false), expected);

    private void AssertEntities(IEnumerable<EntitiesRow> rows, IReadOnlyList<RecognizedEntity>[]? expected = null)
    {
        EntitiesRow[] actual = [.. rows];
        expected ??= _expected;
        Assert.Equal(expected.Length, actual.Length);
        for (int row = 0; row < actual.Length; row++)
        {
            Assert.Equal(expected[row].Select(entity => entity.Type), actual[row].EntityType);
            Assert.Equal(expected[row].Select(entity => entity.Text), actual[row].EntityText);
            Assert.Equal(expected[row].Select(entity => (entity.Start, entity.End)), actual[row].EntityStart.Zip(actual[row].EntityEnd));
            Assert.All(expected[row].Zip(actual[row].EntityScore), pair => Assert.Equal(pair.First.Score, pair.Second, 1e-5));
            JsonElement[] json = [.. JsonElement.Parse(actual[row].Entities).EnumerateArray()];
            Assert.Equal(
                expected[row].Select(entity => (entity.Type, entity.Text, entity.Start, entity.End)),
                json.Select(entity => (
                    entity.GetProperty("type").GetString()!, entity.GetProperty("text").GetString()!,
                    entity.GetProperty("start").GetInt32(), entity.GetProperty("end").GetInt32())));
        }
    }

    private sealed class TextRow
    {
        public string? Text { get; set; }
    }

    private sealed class EntitiesRow
    {
        public string Entities { get; set; } = "";

        public string[] EntityType { get; set; } = [];

        public string[] EntityText { get; set; } = [];

        public int[] EntityStart { get; set; } = [];

        public int[] EntityEnd { get; set; } = [];

        public float[] EntityScore { get; set; } = [];
    }
}
