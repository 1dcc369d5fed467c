using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>What an estimator and a batching transformer of another library can rely on.</summary>
public class ExternalTransformerTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void ItStandsInAChainBetweenOthers()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(10));
        var chain = _context.Transforms.CopyColumns("Copy", "Text").Append(new LengthEstimator("Copy", batchSize: 4))
            .Append(_context.Transforms.Concatenate("Features", "Parts", "Length", "Weight"));
        var model = chain.Fit(data);
        var scored = model.Transform(data);

        Assert.Equal(
            "Text:String,Weight:Single,Label:Boolean,Copy:String,Length:Single,Parts:Vector<Single, 2>,Features:Vector<Single, 4>",
            string.Join(',', scored.Schema.Select(column => $"{column.Name}:{column.Type}")));
        Assert.Equal(
            Sentence.Some(10).Select(row => new[] { row.Text!.Length, -row.Text.Length, row.Text.Length, row.Weight }),
            scored.GetColumn<float[]>("Features"));
        Assert.Equal([4, 4, 2], model.OfType<LengthTransformer>().Single().Scorer.Batches);
    }

    [Fact]
    public void ShapesMadeThroughAProbeSayWhatTheSchemaSays()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(1));
        var shape = new LengthEstimator("Text", 4).GetOutputSchema(SchemaShapes.Of(data.Schema));
        Assert.Equal(
            "Text:Scalar:String,Weight:Scalar:Single,Label:Scalar:Boolean,Length:Scalar:Single,Parts:Vector:Single",
            string.Join(',', shape.Select(column => $"{column.Name}:{column.Kind}:{column.ItemType}")));
    }

    [Fact]
    public void AShapeKeepsKeysAndAnnotationsAndDropsHiddenColumns()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Score", NumberDataViewType.Single);
        builder.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, 2), SchemaTests.SlotNames("no", "yes"));
        builder.AddColumn("Key", new KeyDataViewType(typeof(uint), 2));
        builder.AddColumn("Ids", new VectorDataViewType(NumberDataViewType.Int64));
        var shape = SchemaShapes.Of(builder.ToSchema());

        Assert.Equal(["Score", "Key", "Ids"], shape.Select(column => column.Name));
        Assert.Equal("SlotNames", Assert.Single(shape[0].Annotations).Name);
        Assert.True(shape[1].IsKey);
        Assert.Equal(NumberDataViewType.UInt32, shape[1].ItemType);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, shape[2].Kind);
    }

    [Fact]
    public void ItsColumnsAreComputedOnlyWhenActive()
    {
        var transformer = new LengthTransformer("Text", 4);
        var model = new TransformerChain<ITransformer>(transformer);
        var scored = model.Transform(_context.Data.LoadFromEnumerable(Sentence.Some(10)));
        Assert.Equal(10, scored.GetColumn<string>("Text").Count());
        Assert.Empty(transformer.Scorer.Batches);
        Assert.Equal(10, scored.GetColumn<float>("Length").Count());
        Assert.Equal([4, 4, 2], transformer.Scorer.Batches);
    }

    [Fact]
    public void AloneItReadsOneBatchForOneRow()
    {
        var transformer = new LengthTransformer("Text", 4);
        var scored = transformer.Transform(_context.Data.LoadFromEnumerable(Sentence.Some(40)));
        Assert.Equal(0, scored.GetColumn<float>("Length").First());
        Assert.Equal([4], transformer.Scorer.Batches);
    }

    [Fact]
    public void ACacheComputesItsColumnsOnce()
    {
        var transformer = new LengthTransformer("Text", 4);
        var cached = _context.Data.Cache(transformer.Transform(_context.Data.LoadFromEnumerable(Sentence.Some(10))));
        var once = cached.GetColumn<float>("Length").ToArray();
        var twice = cached.GetColumn<float>("Length").ToArray();
        Assert.Equal(Sentence.Some(10).Select(row => (float)row.Text!.Length), once);
        Assert.Equal(once, twice);
        Assert.Equal(3, transformer.Scorer.Batches.Count);
    }

    [Fact]
    public void ItWorksUnderRowOperations()
    {
        var scored = new LengthTransformer("Text", 4).Transform(_context.Data.LoadFromEnumerable(Sentence.Some(20)));
        Assert.Equal([0f, 1, 2], _context.Data.TakeRows(scored, 3).GetColumn<float>("Length"));
        Assert.Equal([4f, 5], _context.Data.SkipRows(scored, 18).GetColumn<float>("Length"));
        Assert.All(_context.Data.FilterRowsByColumn(scored, "Length", 2, 4).GetColumn<float>("Length"), length => Assert.InRange(length, 2, 3));
        Assert.Equal(
            scored.GetColumn<float>("Length").Order(),
            _context.Data.ShuffleRows(scored, seed: 5).GetColumn<float>("Length").Order());
    }

    [Fact]
    public void AMissingColumnSurfacesFromFit()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.CopyColumns("Copy", "Text").Append(new LengthEstimator("Nothing", 4)).Fit(data));
    }

    [Fact]
    public void ItsErrorSurfacesAsItIsFromItsOwnCursor()
    {
        var scored = new LengthTransformer("Text", 4).Transform(_context.Data.LoadFromEnumerable([new Sentence { Text = "boom" }]));
        Assert.Throws<FormatException>(() => scored.GetColumn<float>("Length").ToArray());
    }

    [Fact]
    public void ItsErrorIsWrappedBehindATransformOfMLNet()
    {
        var data = _context.Data.LoadFromEnumerable([new Sentence { Text = "boom" }]);
        var model = new LengthEstimator("Text", 4).Append(_context.Transforms.CopyColumns("Copy", "Length")).Fit(data);
        var error = Assert.Throws<InvalidOperationException>(() => model.Transform(data).GetColumn<float>("Copy").ToArray());
        Assert.Equal("Splitter/consolidator worker encountered exception while consuming source data", error.Message);
        Assert.IsType<FormatException>(error.GetBaseException());
    }

    [Fact]
    public void RowIdsPassThroughTransformsAndAreDistinct()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(10));
        var model = new LengthEstimator("Text", 4).Append(_context.Transforms.CopyColumns("Copy", "Length")).Fit(data);
        Assert.Equal(Ids(data), Ids(model.Transform(data)));
        Assert.Equal(10, Ids(data).Distinct().Count());

        static List<DataViewRowId> Ids(IDataView view)
        {
            var ids = new List<DataViewRowId>();
            using var cursor = view.GetRowCursor(view.Schema);
            var get = cursor.GetIdGetter();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                get(ref id);
                ids.Add(id);
            }

            return ids;
        }
    }

    [Fact]
    public void ACursorSetHandsOutEachRowOnce()
    {
        var scored = _context.Transforms.CopyColumns("Copy", "Weight").Fit(_context.Data.LoadFromEnumerable(Sentence.Some(100)))
            .Transform(_context.Data.LoadFromEnumerable(Sentence.Some(100)));
        var seen = new List<float>();
        foreach (var cursor in scored.GetRowCursorSet([scored.Schema["Copy"]], 3))
        {
            using (cursor)
            {
                var get = cursor.GetGetter<float>(scored.Schema["Copy"]);
                float value = 0;
                while (cursor.MoveNext())
                {
                    get(ref value);
                    seen.Add(value);
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), seen.Order());
    }
}
