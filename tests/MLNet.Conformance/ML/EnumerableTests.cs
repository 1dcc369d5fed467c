using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class EnumerableTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void ObjectsBecomeColumnsInTheOrderOfTheirMembers()
    {
        var data = _context.Data.LoadFromEnumerable([new Everything()]);
        Assert.Equal(
            "Field:Single,Text:String,Renamed:Boolean,Fixed:Vector<Single, 2>,Variable:Vector<Int64>,Words:Vector<String>,Key:Key<UInt32, 0-2>",
            string.Join(',', data.Schema.Select(column => $"{column.Name}:{column.Type}")));
    }

    [Fact]
    public void ObjectsComeBackAsTheyWere()
    {
        Everything[] rows =
        [
            new() { Field = 1, Text = "one", IsRenamed = true, Fixed = [1, 2], Variable = [3, 4, 5], Words = ["a", "b"], Key = 0 },
            new() { Field = 2, Text = "zwei", Fixed = [3, 4], Variable = [], Words = [], Key = 2 },
        ];
        var back = _context.Data.CreateEnumerable<Everything>(_context.Data.LoadFromEnumerable(rows), reuseRowObject: false).ToArray();

        Assert.Equal(rows.Length, back.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            // Objects count keys from 0 on the way in and from 1 on the way out.
            rows[i].Key++;
            Assert.Equivalent(rows[i], back[i]);
        }
    }

    [Fact]
    public void ANullTextIsEmptyAndANullArrayHasLengthZero()
    {
        var data = _context.Data.LoadFromEnumerable([new Everything { Text = null, Variable = null, Words = [null!] }]);
        Assert.Equal("", Assert.Single(data.GetColumn<string>("Text")));
        Assert.Empty(Assert.Single(data.GetColumn<long[]>("Variable")));
        Assert.Equal([""], Assert.Single(data.GetColumn<string[]>("Words")));
    }

    [Fact]
    public void AKeyOfAnObjectCountsFrom0AndIsMissingBeyondItsCount()
        => Assert.Equal([1u, 3u, 0u], _context.Data.LoadFromEnumerable(new uint[] { 0, 2, 3 }.Select(key => new Everything { Key = key })).GetColumn<uint>("Key"));

    [Fact]
    public void OneObjectIsReusedWhenAskedFor()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(3));
        Assert.Single(_context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: true).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Equal(3, _context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: false).Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void AMissingColumnIsAnErrorUnlessIgnored()
    {
        var data = _context.Data.LoadFromEnumerable([new { Text = "a" }]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: false).ToArray());
        Assert.Contains("Could not find  column 'Weight'", error.Message, StringComparison.Ordinal);

        var row = Assert.Single(_context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: false, ignoreMissingColumns: true));
        Assert.Equal("a", row.Text);
    }

    [Fact]
    public void AMemberOfAnotherTypeThanItsColumnIsAnError()
    {
        var data = _context.Data.LoadFromEnumerable([new { Text = "a", Weight = 1, Label = true }]);
        Assert.Throws<InvalidOperationException>(() => _context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: false).ToArray());
    }

    [Fact]
    public void ASchemaGivesSizesAndAnnotations()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Variable", new VectorDataViewType(NumberDataViewType.Int64, 2), SchemaTests.SlotNames("no", "yes"));
        var data = _context.Data.LoadFromEnumerable([new Everything { Variable = [1, 2] }], builder.ToSchema());
        Assert.Equal("Vector<Int64, 2>", data.Schema["Variable"].Type.ToString());
        Assert.True(data.Schema["Variable"].HasSlotNames());
    }

    [Fact]
    public void ADefinitionRenamesColumns()
    {
        var definition = SchemaDefinition.Create(typeof(Sentence));
        definition["Text"].ColumnName = "Sentence";
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(2), definition);
        Assert.Equal(["", "x"], data.GetColumn<string>("Sentence"));

        var back = _context.Data.CreateEnumerable<Sentence>(data, reuseRowObject: false, schemaDefinition: definition).Last();
        Assert.Equal("x", back.Text);
    }

    [Fact]
    public void ADefinitionAddsAnnotations()
    {
        var definition = SchemaDefinition.Create(typeof(Everything));
        definition["Fixed"].AddAnnotation("SlotNames", new[] { "no", "yes" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        definition["Text"].AddAnnotation("Answer", 42, NumberDataViewType.Int32);
        var schema = _context.Data.LoadFromEnumerable([new Everything()], definition).Schema;
        Assert.True(schema["Fixed"].HasSlotNames());
        int answer = 0;
        schema["Text"].Annotations.GetValue("Answer", ref answer);
        Assert.Equal(42, answer);
        Assert.Throws<InvalidOperationException>(() => definition["Text"].AddAnnotation("Other", "text", NumberDataViewType.Int32));
    }

    [Fact]
    public void RowsAreReadAnewByEachCursorAndOnlyWhenAskedFor()
    {
        int read = 0;
        IEnumerable<Sentence> Rows()
        {
            foreach (var row in Sentence.Some(5))
            {
                read++;
                yield return row;
            }
        }

        var data = _context.Data.LoadFromEnumerable(Rows());
        Assert.Equal(0, read);
        Assert.Null(data.GetRowCount());
        using (var cursor = data.GetRowCursor([data.Schema["Text"]]))
        {
            Assert.Equal(0, read);
            Assert.True(cursor.MoveNext());
            Assert.Equal(1, read);
        }

        Assert.Equal(5, data.GetColumn<float>("Weight").Count());
        Assert.Equal(6, read);
    }

    [Fact]
    public void ANullRowIsAnError()
    {
        var data = _context.Data.LoadFromEnumerable(new Sentence?[] { new(), null });
        Assert.Throws<InvalidOperationException>(() => data.GetColumn<float>("Weight").ToArray());
    }

    [Fact]
    public void ACursorCountsPositionsAndKnowsItsActiveColumns()
    {
        var data = _context.Data.LoadFromEnumerable(Sentence.Some(2));
        using var cursor = data.GetRowCursor([data.Schema["Weight"]]);
        Assert.Equal(-1, cursor.Position);
        Assert.True(cursor.IsColumnActive(data.Schema["Weight"]));
        Assert.False(cursor.IsColumnActive(data.Schema["Text"]));
        var weight = cursor.GetGetter<float>(data.Schema["Weight"]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(data.Schema["Weight"]));

        float value = -1;
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(1, cursor.Position);
        weight(ref value);
        Assert.Equal(1, value);
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void AColumnIsReadAsTheTypesItFits()
    {
        var data = _context.Data.LoadFromEnumerable([new Everything { Text = "a", Fixed = [1, 2] }]);
        Assert.Equal("a", Assert.Single(data.GetColumn<ReadOnlyMemory<char>>("Text")).ToString());
        Assert.Equal([1f, 2f], Assert.Single(data.GetColumn<VBuffer<float>>("Fixed")).DenseValues());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => data.GetColumn<int>("Text"));
        Assert.Contains("Cannot map column (name: Text, type: String) in data to the user-defined type, System.Int32.", error.Message, StringComparison.Ordinal);
    }

    private sealed class Everything
    {
        public float Field;

        public string? Text { get; set; } = "";

        [ColumnName("Renamed")]
        public bool IsRenamed { get; set; }

        [VectorType(2)]
        public float[]? Fixed { get; set; } = [0, 0];

        public long[]? Variable { get; set; } = [];

        public string[]? Words { get; set; } = [];

        [KeyType(3)]
        public uint Key { get; set; }

        [NoColumn]
        public object? Ignored { get; set; }
    }
}
