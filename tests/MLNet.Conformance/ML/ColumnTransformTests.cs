using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class ColumnTransformTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ColumnTransformTests() => _data = _context.Data.LoadFromEnumerable([new Row()]);

    [Fact]
    public void ACopyOverAColumnHidesIt()
    {
        var copied = _context.Transforms.CopyColumns("Text", "Number").Fit(_data).Transform(_data);
        Assert.Equal(NumberDataViewType.Single, copied.Schema["Text"].Type);
        Assert.True(copied.Schema[0].IsHidden);
    }

    [Fact]
    public void ACopyKeepsTheAnnotations()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pair", new VectorDataViewType(NumberDataViewType.Single, 2), SchemaTests.SlotNames("no", "yes"));
        var data = _context.Data.LoadFromEnumerable([new Row()], builder.ToSchema());
        Assert.True(_context.Transforms.CopyColumns("Copy", "Pair").Fit(data).Transform(data).Schema["Copy"].HasSlotNames());
    }

    [Fact]
    public void SelectingKeepsTheOrderAskedForAndDroppingTheirOwn()
    {
        Assert.Equal("Pair,Text", Names(_context.Transforms.SelectColumns("Pair", "Text")));
        Assert.Equal("Number", Names(_context.Transforms.DropColumns("Pair", "Text")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Names(_context.Transforms.DropColumns("Nothing")));

        string Names(IEstimator<ITransformer> estimator) => string.Join(',', estimator.Fit(_data).Transform(_data).Schema.Select(column => column.Name));
    }

    [Fact]
    public void ConcatenationNamesItsSlots()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pair", new VectorDataViewType(NumberDataViewType.Single, 2), SchemaTests.SlotNames("no", "yes"));
        var data = _context.Data.LoadFromEnumerable([new Row { Number = 3, Pair = [1, 2] }], builder.ToSchema());
        var joined = _context.Transforms.Concatenate("All", "Number", "Pair").Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        joined.Schema["All"].GetSlotNames(ref names);
        Assert.Equal(["Number", "Pair.no", "Pair.yes"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal([3f, 1, 2], Assert.Single(joined.GetColumn<float[]>("All")));
    }

    [Fact]
    public void ConcatenationRefusesMixedTypes()
    {
        var estimator = _context.Transforms.Concatenate("All", "Number", "Text");
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(_data).Transform(_data));
        Assert.Throws<InvalidOperationException>(() => estimator.GetOutputSchema(SchemaShapes.Of(_data.Schema)));
    }

    [Fact]
    public void AMissingInputColumnIsNamed()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.CopyColumns("A", "Nothing").Fit(_data).Transform(_data));
        Assert.Contains("Could not find input column 'Nothing'", error.Message, StringComparison.Ordinal);
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }

        [VectorType(2)]
        public float[] Pair { get; set; } = [0, 0];
    }
}
