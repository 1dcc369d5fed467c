using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class PredictionEngineTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void ItPredictsThroughAnOutsideTransformerInAChain()
    {
        var transformer = new LengthTransformer("Text", 4);
        using var engine = _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(transformer));
        Assert.Equal(3, engine.Predict(new TextIn { Text = "abc" }).Copy);
        Assert.Equal(new[] { 5f, -5 }, engine.Predict(new TextIn { Text = "abcde" }).Parts);
        Assert.All(transformer.Scorer.Batches, size => Assert.Equal(1, size));
    }

    [Fact]
    public void ItScoresARowOnceHoweverManyColumnsAreRead()
    {
        var transformer = new LengthTransformer("Text", 4);
        using var engine = _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(transformer));
        engine.Predict(new TextIn { Text = "a" });
        engine.Predict(new TextIn { Text = "b" });
        Assert.Equal(2, transformer.Scorer.Batches.Count);
    }

    [Fact]
    public void ItWritesIntoThePredictionItIsGiven()
    {
        using var engine = _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(new LengthTransformer("Text", 4)));
        var prediction = new Prediction();
        var same = prediction;
        engine.Predict(new TextIn { Text = "ab" }, ref prediction);
        Assert.Same(same, prediction);
        Assert.Equal(2, prediction.Copy);
    }

    [Fact]
    public void DisposingItDisposesTheTransformersThatItOwns()
    {
        var owned = new LengthTransformer("Text", 4);
        _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(owned)).Dispose();
        Assert.True(owned.IsDisposed);

        var kept = new LengthTransformer("Text", 4);
        _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(kept), new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
        Assert.False(kept.IsDisposed);
    }

    [Fact]
    public void ItsOutputMayNameColumnsThatAreNotThereUnlessToldOtherwise()
    {
        var model = Chain(new LengthTransformer("Text", 4));
        using var engine = _context.Model.CreatePredictionEngine<TextIn, Sentence>(model);
        Assert.Equal("ab", engine.Predict(new TextIn { Text = "ab" }).Text);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Model.CreatePredictionEngine<TextIn, Sentence>(model, ignoreMissingColumns: false));
    }

    [Fact]
    public void ATransformerThatDoesNotMapRowsIsRefused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _context.Model.CreatePredictionEngine<TextIn, Prediction>(new Unmappable()));

    [Fact]
    public void OneModelServesManyEnginesAndCursorsAtOnce()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(200));
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, null)
            .Append(_context.Transforms.CopyColumns("Copy", "Pair")).Fit(data);
        Parallel.For(0, 8, _ =>
        {
            using var engine = _context.Model.CreatePredictionEngine<TextIn, LengthsOut>(model);
            foreach (var row in Sentence.Some(50))
                Assert.Equal(row.Text!.Length, engine.Predict(new TextIn { Text = row.Text }).Length);
            Assert.Equal(Sentence.Some(200).Select(row => (float)row.Text!.Length), model.Transform(data).GetColumn<float[]>("Copy").Select(pair => pair[0]));
        });
    }

    [Fact]
    public void ItsOutputSchemaIsThatOfTheModel()
    {
        using var engine = _context.Model.CreatePredictionEngine<TextIn, Prediction>(Chain(new LengthTransformer("Text", 4)));
        Assert.Equal("Text,Length,Parts,Copy", string.Join(',', engine.OutputSchema.Select(column => column.Name)));
    }

    private TransformerChain<ITransformer> Chain(LengthTransformer transformer)
    {
        var data = transformer.Transform(_context.Data.LoadFromEnumerable([new TextIn()]));
        return new TransformerChain<ITransformer>(transformer, _context.Transforms.CopyColumns("Copy", "Length").Fit(data));
    }

    private sealed class Prediction
    {
        public float Copy { get; set; }

        public float[] Parts { get; set; } = [];
    }

    private sealed class Unmappable : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;
    }
}
