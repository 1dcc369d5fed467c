using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

public class ModelFileTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ModelFileTests() => _data = _context.Data.LoadFromEnumerable(Sentence.Some(5));

    [Fact]
    public void ACustomMappingLoadsInAFreshContextThatRegisteredNothing()
    {
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, LengthsFactory.Contract).Fit(_data);
        var (loaded, schema) = SaveAndLoad(model);
        Assert.IsType<CustomMappingTransformer<TextIn, LengthsOut>>(loaded);
        Assert.Equal("Text:String,Weight:Single,Label:Boolean", string.Join(',', schema.Select(column => $"{column.Name}:{column.Type}")));
        Assert.Equal(model.Transform(_data).GetColumn<int>("Length"), loaded.Transform(_data).GetColumn<int>("Length"));
    }

    [Fact]
    public void ACustomMappingWithoutAContractCannotBeSaved()
    {
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, contractName: null).Fit(_data);
        Assert.Throws<InvalidOperationException>(() => SaveAndLoad(model));
    }

    [Fact]
    public void DefinitionsOfACustomMappingAreLostBySaving()
    {
        var input = SchemaDefinition.Create(typeof(TextIn));
        input["Text"].ColumnName = "Question";
        var data = _context.Data.LoadFromEnumerable([new { Question = "what" }]);
        var model = _context.Transforms.CustomMapping<TextIn, LengthsOut>(LengthsFactory.Map, LengthsFactory.Contract, input).Fit(data);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SaveAndLoad(model).Model.Transform(data));
        Assert.Contains("Could not find  column 'Text'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChainLoadsAsAChainOfItsTransformers()
    {
        var model = _context.Transforms.CopyColumns("Copy", "Text")
            .Append(_context.Transforms.Concatenate("Both", "Weight", "Weight"))
            .Append(_context.Transforms.Conversion.MapValueToKey("Key", "Text"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Value", "Key"))
            .Append(_context.Transforms.DropColumns("Weight"))
            .Append(_context.Transforms.SelectColumns("Value", "Key", "Both", "Copy"))
            .Fit(_data);
        var loaded = SaveAndLoad(model).Model;

        var chain = Assert.IsType<TransformerChain<ITransformer>>(loaded);
        Assert.Equal(model.Select(part => part.GetType()), chain.Select(part => part.GetType()));
        Assert.Equal("Value,Key,Both,Copy", string.Join(',', loaded.Transform(_data).Schema.Select(column => column.Name)));
        Assert.Equal(model.Transform(_data).GetColumn<uint>("Key"), loaded.Transform(_data).GetColumn<uint>("Key"));
        Assert.Equal(Sentence.Some(5).Select(row => row.Text!), loaded.Transform(_data).GetColumn<string>("Value"));
    }

    [Fact]
    public void AnOutsideTransformerThatWritesNothingCannotBeSaved()
    {
        var error = Assert.Throws<InvalidOperationException>(() => SaveAndLoad(new LengthTransformer("Text", 4)));
        Assert.Contains("ModelSignature not specified!", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutsideTransformerMayHandTheContextToOneOfMLNet()
    {
        var inner = _context.Transforms.CopyColumns("Copy", "Text").Append(_context.Transforms.CopyColumns("Again", "Copy")).Fit(_data);
        var outside = new LengthTransformer("Text", 4) { SavedAs = new TransformerChain<ITransformer>([.. inner]) };
        var chain = new TransformerChain<ITransformer>(outside, inner.First());
        var loaded = Assert.IsType<TransformerChain<ITransformer>>(SaveAndLoad(chain).Model);
        Assert.IsType<TransformerChain<ITransformer>>(loaded.First());
        Assert.Equal(Sentence.Some(5).Select(row => row.Text!), loaded.Transform(_data).GetColumn<string>("Again"));
    }

    [Fact]
    public void AnExpressionCarriesStateThroughTheFile()
    {
        string settings = "{\"path\":\"C:\\\\models\",\"name\":\"Müller 東京 😀\",\"note\":\"line\\n\ttab\u2028end\"}" + new string('p', 300_000);
        var model = CarryingChain(settings).Fit(_data);
        var (loaded, schema) = SaveAndLoad(model);
        var scored = loaded.Transform(_data);

        Assert.Equal(3, schema.Count);
        Assert.Null(scored.Schema.GetColumnOrNull(ConfiguredIn.Configuration));
        Assert.Equal(Sentence.Some(5).Select(row => row.Text + "|" + settings), scored.GetColumn<string>("Joined"));
        using var engine = _context.Model.CreatePredictionEngine<TextIn, ConfiguredOut>(loaded);
        Assert.Equal("abc|" + settings, engine.Predict(new TextIn { Text = "abc" }).Joined);
    }

    [Theory]
    [InlineData("x => \"a\nb\"")]
    [InlineData("x => \"a\rb\"")]
    [InlineData("x => \"a\u2028b\"")]
    [InlineData("x => \"a\\q\"")]
    [InlineData("x => \"a")]
    [InlineData("x => \"a\" b")]
    [InlineData("(x, y) => \"a\"")]
    public void AConstantThatIsNotWellFormedIsRefused(string expression)
        => Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.Expression("Out", expression, "Text").Fit(_data));

    [Theory]
    [InlineData("x => \"a\\u00e4\\\"\\\\\\t\"", "aä\"\\\t")]
    [InlineData("(x) : \"\"", "")]
    public void AConstantMayBeEscaped(string expression, string value)
        => Assert.Equal([value], _context.Data.TakeRows(_context.Transforms.Expression("Out", expression, "Text").Fit(_data).Transform(_data), 1).GetColumn<string>("Out"));

    [Fact]
    public void ExtraEntriesOfTheFileAreIgnored()
    {
        using var file = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Text").Fit(_data), _data.Schema, file);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        using (var writer = new StreamWriter(zip.CreateEntry("BertMLNet/model/config.json").Open()))
            writer.Write("{}");
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal("Copy", loaded.GetOutputSchema(_data.Schema)[3].Name);
    }

    [Fact]
    public void TheSchemaIsSavedWithItsAnnotationsOrNotAtAll()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Text", TextDataViewType.Instance);
        builder.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, 2), SchemaTests.SlotNames("no", "yes"));
        builder.AddColumn("Key", new KeyDataViewType(typeof(uint), 7));
        builder.AddColumn("Ids", new VectorDataViewType(NumberDataViewType.Int64));
        var model = _context.Transforms.CopyColumns("Copy", "Text").Fit(_data);
        var (_, schema) = SaveAndLoad(model, builder.ToSchema());
        Assert.Equal(
            "Text:String,Score:Vector<Single, 2>,Key:Key<UInt32, 0-6>,Ids:Vector<Int64>",
            string.Join(',', schema.Select(column => $"{column.Name}:{column.Type}")));
        Assert.True(schema["Score"].HasSlotNames());

        using var file = new MemoryStream();
        _context.Model.Save(model, null, file);
        file.Position = 0;
        _context.Model.Load(file, out var none);
        Assert.Null(none);
    }

    [Fact]
    public void WhatIsNoModelIsAnError()
    {
        Assert.ThrowsAny<Exception>(() => _context.Model.Load(new MemoryStream([1, 2, 3]), out _));
        using var empty = new MemoryStream();
        using (new ZipArchive(empty, ZipArchiveMode.Create, leaveOpen: true))
            empty.Position = 0;
        Assert.ThrowsAny<Exception>(() => _context.Model.Load(empty, out _));
    }

    [Fact]
    public void AFileIsWrittenAndReadByPath()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Text").Fit(_data), _data.Schema, path);
            Assert.Equal("Copy", new MLContext().Model.Load(path, out _).GetOutputSchema(_data.Schema)[3].Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private IEstimator<ITransformer> CarryingChain(string settings)
        => _context.Transforms.Expression(ConfiguredIn.Configuration, $"x => \"{Escape(settings)}\"", "Text")
            .Append(_context.Transforms.CustomMapping<ConfiguredIn, ConfiguredOut>(ConfiguredFactory.Map, ConfiguredFactory.Contract))
            .Append(_context.Transforms.DropColumns(ConfiguredIn.Configuration));

    private static string Escape(string text)
        => string.Concat(text.Select(c => c is '"' or '\\' ? "\\" + c : c < ' ' || c is '\u0085' or '\u2028' or '\u2029' ? $"\\u{(int)c:x4}" : c.ToString()));

    private (ITransformer Model, DataViewSchema Schema) SaveAndLoad(ITransformer model, DataViewSchema? inputSchema = null)
    {
        using var file = new MemoryStream();
        _context.Model.Save(model, inputSchema ?? _data.Schema, file);
        file.Position = 0;
        return (new MLContext().Model.Load(file, out var schema), schema);
    }
}
