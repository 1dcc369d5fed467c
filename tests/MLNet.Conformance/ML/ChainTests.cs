using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class ChainTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ChainTests() => _data = _context.Data.LoadFromEnumerable(Sentence.Some(5));

    [Fact]
    public void AnEmptyChainChangesNothing()
    {
        var model = new EstimatorChain<ITransformer>().Fit(_data);
        Assert.Empty(model);
        Assert.Null(model.LastTransformer);
        Assert.Same(_data, model.Transform(_data));
    }

    [Fact]
    public void AppendingLeavesTheChainAsItWas()
    {
        var first = _context.Transforms.CopyColumns("A", "Text").Append(_context.Transforms.CopyColumns("B", "A"));
        var second = first.Append(_context.Transforms.CopyColumns("C", "B"));
        Assert.Equal(2, first.Fit(_data).Count());
        Assert.Equal(3, second.Fit(_data).Count());
        Assert.Equal("Text,Weight,Label,A,B,C", string.Join(',', second.Fit(_data).GetOutputSchema(_data.Schema).Select(column => column.Name)));
    }

    [Fact]
    public void AllShapesAreCheckedBeforeAnythingIsFitted()
    {
        var witness = new Witness();
        var chain = new EstimatorChain<ITransformer>().Append(witness).Append(_context.Transforms.CopyColumns("B", "Nothing"));
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(_data));
        Assert.False(witness.WasFitted);
    }

    [Fact]
    public void AStepOutsideTheScoringScopeIsLeftOutOfTransform()
    {
        var model = new EstimatorChain<ITransformer>()
            .Append(_context.Transforms.CopyColumns("A", "Text"), TransformerScope.TrainTest)
            .Append(_context.Transforms.CopyColumns("B", "Text")).Fit(_data);
        Assert.Equal("Text,Weight,Label,B", string.Join(',', model.Transform(_data).Schema.Select(column => column.Name)));
        Assert.Equal("Text,Weight,Label,A,B", string.Join(',', model.Transform(_data, TransformerScope.Everything).Schema.Select(column => column.Name)));
        Assert.Single(model.GetModelFor(TransformerScope.Scoring));
    }

    [Fact]
    public void ACacheCheckpointSparesTheStepsBeforeIt()
    {
        int calls = 0;
        var chain = _context.Transforms.CustomMapping<TextIn, LengthsOut>((input, output) =>
            {
                Interlocked.Increment(ref calls);
                LengthsFactory.Map(input, output);
            }, null)
            .AppendCacheCheckpoint(_context)
            .Append(_context.Transforms.Conversion.MapValueToKey("K1", "Length"))
            .Append(_context.Transforms.Conversion.MapValueToKey("K2", "Length"));
        chain.Fit(_data);
        Assert.Equal(5, calls);
    }

    [Fact]
    public void DisposingAChainDisposesItsTransformers()
    {
        var transformer = new LengthTransformer("Text", 4);
        new TransformerChain<ITransformer>(transformer).Dispose();
        Assert.True(transformer.IsDisposed);
    }

    [Fact]
    public void ARowMapperNamesWhatItsColumnsDependOn()
    {
        ITransformer model = _context.Transforms.CopyColumns("A", "Text").Append(_context.Transforms.Concatenate("W", "Weight", "Weight")).Fit(_data);
        var mapper = model.GetRowToRowMapper(_data.Schema);
        Assert.Same(_data.Schema, mapper.InputSchema);
        Assert.Equal("Text", Assert.Single(mapper.GetDependencies([mapper.OutputSchema["A"]])).Name);
        Assert.Equal("Weight", Assert.Single(mapper.GetDependencies([mapper.OutputSchema["W"]])).Name);
    }

    private sealed class Witness : IEstimator<ITransformer>
    {
        public bool WasFitted { get; private set; }

        public ITransformer Fit(IDataView input)
        {
            WasFitted = true;
            return new TransformerChain<ITransformer>();
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
