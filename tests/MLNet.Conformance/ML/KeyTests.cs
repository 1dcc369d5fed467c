using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

public class KeyTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void KeysCountFromOneInTheOrderOfOccurrence()
    {
        var keyed = Map(["b", "a", "", "b", "c"]);
        Assert.Equal("Key<UInt32, 0-2>", keyed.Schema["Key"].Type.ToString());
        Assert.Equal([1u, 2, 0, 1, 3], keyed.GetColumn<uint>("Key"));
        Assert.Equal(["b", "a", "c"], KeyValues(keyed, "Key"));
        Assert.True(keyed.Schema["Key"].HasKeyValues());
    }

    [Fact]
    public void KeysMayBeOrderedByValue()
        => Assert.Equal(["a", "b", "c"], KeyValues(Map(["b", "a", "b", "c"], ValueToKeyMappingEstimator.KeyOrdinality.ByValue), "Key"));

    [Fact]
    public void GivenKeysKeepTheirOrderAndUnknownValuesAreMissing()
    {
        var keys = _context.Data.LoadFromEnumerable([new { Value = "yes" }, new { Value = "no" }]);
        var data = Texts("no", "maybe", "yes");
        var keyed = _context.Transforms.Conversion.MapValueToKey("Key", "Text", keyData: keys).Fit(data).Transform(data);
        Assert.Equal([2u, 0, 1], keyed.GetColumn<uint>("Key"));
        Assert.Equal(["yes", "no"], KeyValues(keyed, "Key"));
    }

    [Fact]
    public void NumbersBecomeKeysWhoseValuesMayBeText()
    {
        var data = _context.Data.LoadFromEnumerable([new { Number = 5 }, new { Number = 3 }]);
        var plain = _context.Transforms.Conversion.MapValueToKey("Key", "Number").Fit(data).Transform(data);
        Assert.True(plain.Schema["Key"].HasKeyValues(NumberDataViewType.Int32));
        var asText = _context.Transforms.Conversion.MapValueToKey("Key", "Number", addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);
        Assert.Equal(["5", "3"], KeyValues(asText, "Key"));
    }

    [Fact]
    public void KeysMapBackToTheirValues()
    {
        var keyed = Map(["b", "a", "", "b"]);
        Assert.Equal(["b", "a", "", "b"], _context.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keyed).Transform(keyed).GetColumn<string>("Back"));
    }

    [Fact]
    public void AColumnThatIsNoKeyOrHasNoValuesIsRefused()
    {
        var data = _context.Data.LoadFromEnumerable([new { Text = "a" }]);
        var chain = new EstimatorChain<ITransformer>().Append(_context.Transforms.Conversion.MapKeyToValue("Back", "Text"));
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(data));
    }

    [Fact]
    public void TheShapeOfAKeySaysWhatItsValuesAre()
    {
        var shape = _context.Transforms.Conversion.MapValueToKey("Key", "Text").GetOutputSchema(SchemaShapes.Of(Texts("a").Schema));
        var key = shape.Single(column => column.Name == "Key");
        Assert.True(key.IsKey);
        Assert.Equal(NumberDataViewType.UInt32, key.ItemType);
        Assert.Equal(TextDataViewType.Instance, Assert.Single(key.Annotations).ItemType);
    }

    private IDataView Map(string[] texts, ValueToKeyMappingEstimator.KeyOrdinality order = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence)
    {
        var data = Texts(texts);
        return _context.Transforms.Conversion.MapValueToKey("Key", "Text", keyOrdinality: order).Fit(data).Transform(data);
    }

    private IDataView Texts(params string[] texts) => _context.Data.LoadFromEnumerable(texts.Select(text => new TextIn { Text = text }));

    private static string[] KeyValues(IDataView data, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
