using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

public class CustomMappingTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void ItAddsTheColumnsOfItsOutputAndKeepsTheOrderOfRows()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(1000));
        var mapped = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, LengthsFactory.Contract).Fit(data).Transform(data);
        Assert.Equal(
            "Text:String,Weight:Single,Label:Boolean,Length:Int32,Pair:Vector<Single, 2>,Upper:String",
            string.Join(',', mapped.Schema.Select(column => $"{column.Name}:{column.Type}")));
        Assert.Equal(Sentence.Some(1000).Select(row => row.Text!.Length), mapped.GetColumn<int>("Length"));
        Assert.Equal("XX", mapped.GetColumn<string>("Upper").ElementAt(2));
    }

    [Fact]
    public void ItIsNotCalledForTheColumnsThatPassThrough()
    {
        int calls = 0;
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(10));
        var mapped = _context.Transforms.CustomMapping<TextIn, LengthsOut>((_, _) => Interlocked.Increment(ref calls), contractName: null)
            .Fit(data).Transform(data);
        Assert.Equal(10, mapped.GetColumn<float>("Weight").Count());
        Assert.Equal(0, calls);
        Assert.Equal(10, _context.Data.CreateEnumerable<LengthsOut>(mapped, reuseRowObject: false).Count());
        Assert.Equal(10, calls);
    }

    [Fact]
    public void AMissingInputColumnIsNamed()
    {
        var data = _context.Data.LoadFromEnumerable([new { Other = "a" }]);
        var mapping = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, null);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Fit(data).Transform(data));
        Assert.Contains("'Text'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.GetOutputSchema(SchemaShapes.Of(data.Schema)));
    }

    [Fact]
    public void AnErrorInItIsWrappedInACursorAndBareInAPredictionEngine()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(3));
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>((_, _) => throw new FormatException("boom"), null).Fit(data);
        var error = Assert.Throws<InvalidOperationException>(() => model.Transform(data).GetColumn<int>("Length").ToArray());
        Assert.IsType<FormatException>(error.InnerException);

        using var engine = _context.Model.CreatePredictionEngine<TextIn, LengthsOut>(model);
        Assert.Throws<FormatException>(() => engine.Predict(new TextIn()));
    }

    [Fact]
    public void DefinitionsRenameItsColumns()
    {
        var input = SchemaDefinition.Create(typeof(TextIn));
        input["Text"].ColumnName = "Question";
        var output = SchemaDefinition.Create(typeof(LengthsOut));
        output["Length"].ColumnName = "QuestionLength";
        var data = _context.Data.LoadFromEnumerable([new { Question = "what" }]);
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, LengthsFactory.Contract, input, output).Fit(data);
        Assert.Equal(4, Assert.Single(model.Transform(data).GetColumn<int>("QuestionLength")));
    }
}
