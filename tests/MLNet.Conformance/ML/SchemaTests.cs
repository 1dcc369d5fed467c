using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class SchemaTests
{
    [Fact]
    public void ALaterColumnHidesAnEarlierOneOfItsName()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", TextDataViewType.Instance);
        var schema = builder.ToSchema();

        Assert.Equal(3, schema.Count);
        Assert.Equal(2, schema["A"].Index);
        Assert.Equal([true, false, false], schema.Select(column => column.IsHidden));
        Assert.Equal(NumberDataViewType.Single, schema[0].Type);
    }

    [Fact]
    public void AMissingColumnIsNullOrAnError()
    {
        var schema = new DataViewSchema.Builder().ToSchema();
        Assert.Null(schema.GetColumnOrNull("A"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => schema["A"]);
        Assert.Contains("Column 'A' not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnnotationsAreReadByKindAndType()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Answer", NumberDataViewType.Int32, 42);
        builder.Add("Names", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> value) => value = TextVector("a", "b"));
        var annotations = builder.ToAnnotations();

        int answer = 0;
        annotations.GetValue("Answer", ref answer);
        Assert.Equal(42, answer);
        Assert.Equal(["Answer", "Names"], annotations.Schema.Select(column => column.Name));
        float wrong = 0;
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Answer", ref wrong));
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Nothing", ref answer));
    }

    [Fact]
    public void SlotNamesBelongToVectorsOfTheirSize()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Right", new VectorDataViewType(NumberDataViewType.Single, 2), SlotNames("no", "yes"));
        builder.AddColumn("Wrong", new VectorDataViewType(NumberDataViewType.Single, 3), SlotNames("no", "yes"));
        builder.AddColumn("None", new VectorDataViewType(NumberDataViewType.Single, 2));
        var schema = builder.ToSchema();

        Assert.Equal([true, false, false], schema.Select(column => column.HasSlotNames()));
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Right"].GetSlotNames(ref names);
        Assert.Equal(["no", "yes"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void KeyValuesBelongToKeysOfTheirCount()
    {
        var values = new DataViewSchema.Annotations.Builder();
        values.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = TextVector("no", "yes"));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Right", new KeyDataViewType(typeof(uint), 2), values.ToAnnotations());
        builder.AddColumn("Wrong", new KeyDataViewType(typeof(uint), 3), values.ToAnnotations());
        var schema = builder.ToSchema();

        Assert.True(schema["Right"].HasKeyValues());
        Assert.True(schema["Right"].HasKeyValues(TextDataViewType.Instance));
        Assert.False(schema["Right"].HasKeyValues(NumberDataViewType.Single));
        Assert.False(schema["Wrong"].HasKeyValues());
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Right"].GetKeyValues(ref names);
        Assert.Equal(["no", "yes"], names.DenseValues().Select(name => name.ToString()));
    }

    internal static DataViewSchema.Annotations SlotNames(params string[] names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = TextVector(names));
        return builder.ToAnnotations();
    }

    private static VBuffer<ReadOnlyMemory<char>> TextVector(params string[] texts) => new(texts.Length, [.. texts.Select(text => text.AsMemory())]);
}
