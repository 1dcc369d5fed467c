using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

public sealed class BertEmbedTests : IDisposable
{
    // 16 + 4 + 2: saved vectors are put together from more than one part.
    private const int Width = 22;

    private readonly MLContext _context = new(seed: 1);
    private readonly TinyModel _model = TinyModel.Embeddings(width: Width);
    private readonly TextRow[] _rows = [.. TinyModel.Sentences(40, seed: 3).Select((text, i) => new TextRow { Text = text, Label = i % 2 == 0 })];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Vectors_are_those_of_the_embedder_and_of_known_size()
    {
        IDataView data = _context.Data.LoadFromEnumerable(_rows);
        using BertTransformer transformer = _context.Transforms.BertEmbed(_model.Path, prompt: "w9 ").Fit(data);
        IDataView vectors = transformer.Transform(data);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Width), vectors.Schema["Features"].Type);
        using TextEmbedder embedder = TextEmbedder.Load(_model.Path);
        AssertClose([.. _rows.Select(row => embedder.Embed(row.Text, "w9 "))], vectors);
    }

    [Fact]
    public void A_prompt_is_taken_by_its_name()
    {
        IDataView data = _context.Data.LoadFromEnumerable(_rows);
        using BertTransformer named = _context.BertEmbed(new BertEmbedOptions { ModelPath = _model.Path, PromptName = "query" }).Fit(data);
        using TextEmbedder embedder = TextEmbedder.Load(_model.Path);
        AssertClose([.. _rows.Select(row => embedder.Embed(row.Text, "w1 "))], named.Transform(data));
        Assert.Contains(
            "knows no prompt 'x'",
            Assert.Throws<BertMLNetException>(
                () => _context.BertEmbed(new BertEmbedOptions { ModelPath = _model.Path, PromptName = "x" }).Fit(data)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_pipeline_gives_the_same_vectors_of_the_same_size(bool packed)
    {
        using var folder = new TemporaryFolder();
        IDataView data = _context.Data.LoadFromEnumerable(_rows);
        using BertTransformer transformer = _context.Transforms.BertEmbed(_model.Path).Fit(data);
        if (packed)
            BertPipeline.Save(_context, transformer, data.Schema, folder["p.zip"]);
        else
            _context.Model.Save(transformer, data.Schema, folder["p.zip"]);
        var other = new MLContext();
        ITransformer loaded = packed ? BertPipeline.Load(other, folder["p.zip"], out _) : other.Model.Load(folder["p.zip"], out _);

        IDataView actual = loaded.Transform(data);

        Assert.Equal(Width, ((VectorDataViewType)actual.Schema["Features"].Type).Size);
        AssertClose([.. transformer.Transform(data).GetColumn<float[]>("Features")], actual);
        Assert.DoesNotContain(actual.Schema, column => column.Name.StartsWith("__bertmlnet", StringComparison.Ordinal) && !column.IsHidden);
    }

    /// <summary>Each text has w1 where its label is true, so that vectors tell.</summary>
    [Fact]
    public void Vectors_are_features_for_any_trainer()
    {
        TextRow[] rows = [.. _rows.Select(row => new TextRow { Text = $"{(row.Label ? "w1 w1 w1" : "w2 w2 w2")} {row.Text}", Label = row.Label })];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var pipeline = _context.Transforms.BertEmbed(_model.Path).Append(_context.BinaryClassification.Trainers.SdcaLogisticRegression());
        BinaryClassificationMetrics metrics = _context.BinaryClassification.Evaluate(pipeline.Fit(data).Transform(data));
        Assert.InRange(metrics.Accuracy, 0.9, 1);
    }

    [Fact]
    public void Another_tasks_model_is_refused_before_it_is_opened()
    {
        using TinyModel pairs = TinyModel.Pairs();
        IDataView data = _context.Data.LoadFromEnumerable(_rows);
        Assert.Contains(
            "gives no vectors of texts",
            Assert.Throws<BertMLNetException>(() => _context.Transforms.BertEmbed(pairs.Path).Fit(data)).Message,
            StringComparison.Ordinal);
    }

    private static void AssertClose(float[][] expected, IDataView actual)
    {
        float[][] vectors = [.. actual.GetColumn<float[]>("Features")];
        Assert.Equal(expected.Length, vectors.Length);
        for (int i = 0; i < vectors.Length; i++)
        {
            Assert.Equal(expected[i].Length, vectors[i].Length);
            for (int j = 0; j < vectors[i].Length; j++)
                Assert.Equal(expected[i][j], vectors[i][j], 1e-5f);
        }
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }
}
