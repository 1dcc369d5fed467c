using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BertMLNet.Tests;

/// <summary>
/// Facts about ML.NET's schemas, cursors and engines that our estimators and transformers lean on, without their part in it.
/// What leans on a fact stands above it.
/// </summary>
public sealed class WhatMLNetAsksTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public WhatMLNetAsksTests() => _data = _context.Data.LoadFromEnumerable(PairRow.Many(6));

    // SchemaShapes: were there a constructor, no chain would have to be asked.
    [Fact]
    public void A_shapes_column_cannot_be_made_from_outside() =>
        Assert.DoesNotContain(
            typeof(SchemaShape.Column).GetConstructors(All), made => made.IsPublic || made.IsFamily || made.IsFamilyOrAssembly);

    // SchemaShapes.Of asks a chain that is fitted on data without rows.
    [Fact]
    public void A_chain_tells_its_first_estimator_the_shape_of_its_data()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Score", NumberDataViewType.Single);
        builder.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, 2), Names("SlotNames", "no", "yes"));
        builder.AddColumn("Key", new KeyDataViewType(typeof(uint), 2));
        builder.AddColumn("Ids", new VectorDataViewType(NumberDataViewType.Int64));
        builder.AddColumn("Text", TextDataViewType.Instance);

        SchemaShape shape = SchemaShapes.Of(builder.ToSchema());

        // The hidden column is not there.
        Assert.Equal(["Score", "Key", "Ids", "Text"], shape.Select(column => column.Name));
        Assert.Equal("SlotNames", Assert.Single(shape[0].Annotations).Name);
        Assert.True(shape[1].IsKey);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, shape[2].Kind);
        Assert.Equal((SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance), (shape[3].Kind, shape[3].ItemType));
    }

    // The catalog's methods have GPU and log among their parameters, and the twins on MLContext take them from it.
    [Theory]
    [InlineData(typeof(TransformsCatalog))]
    [InlineData(typeof(MulticlassClassificationCatalog.MulticlassClassificationTrainers))]
    public void A_catalog_does_not_show_its_context(Type catalog) =>
        Assert.DoesNotContain(
            catalog.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            property => typeof(IHostEnvironment).IsAssignableFrom(property.PropertyType));

    // RowScoring.Extend puts its columns behind the input's, whatever their names.
    [Fact]
    public void A_later_column_hides_an_earlier_one_of_its_name()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(_data.Schema);
        builder.AddColumn("Label", NumberDataViewType.Single);
        DataViewSchema schema = builder.ToSchema();

        Assert.Equal(_data.Schema.Count, schema["Label"].Index);
        Assert.True(schema[_data.Schema["Label"].Index].IsHidden);
        Assert.Equal(TextDataViewType.Instance, schema[_data.Schema["Label"].Index].Type);
    }

    // ScoredDataView and PassThroughCursor: nothing is scored for a consumer that reads no scored column.
    [Fact]
    public void A_consumer_asks_for_the_columns_that_it_needs_alone()
    {
        var asked = new AskedView(_data);
        ITransformer behind = _context.Transforms.CopyColumns("Copy", "Sentence2")
            .Append(_context.Transforms.Concatenate("Vector", "Weight", "Features")).Fit(_data);
        IDataView view = behind.Transform(asked);

        Assert.Equal(6, view.GetColumn<string>("Copy").Count());
        Assert.Equal(["Sentence2"], asked.Columns);
        Assert.Equal(6, view.GetColumn<float[]>("Vector").Count());
        Assert.Equal(["Sentence2", "Weight", "Features"], asked.Columns);
    }

    // PairColumns and TokenColumns write through an editor into the vector that the consumer hands in.
    [Fact]
    public void An_editor_writes_into_the_array_of_the_vector_it_is_given()
    {
        VBuffer<float> vector = default;
        VBufferEditor<float> first = VBufferEditor.Create(ref vector, 4);
        vector = first.Commit();
        VBufferEditor<float> second = VBufferEditor.Create(ref vector, 3);
        second.Values.Fill(2);
        vector = second.Commit();

        Assert.True(first.CreatedNewValues);
        Assert.False(second.CreatedNewValues);
        Assert.True(vector.IsDense);
        Assert.Equal([2f, 2, 2], vector.DenseValues());
    }

    // LabelKeys and LabelReader: keys are places in the model's labels, plus 1, and a label may not be empty.
    [Fact]
    public void Given_values_keep_their_order_as_keys_from_1_and_empty_text_has_none()
    {
        IDataView texts = Texts("no", "", "maybe", "yes"), values = Texts("yes", "", "no");

        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("Key", "Sentence1", keyData: values).Fit(texts).Transform(texts);

        Assert.Equal([2u, 0, 0, 1], keyed.GetColumn<uint>("Key"));
        VBuffer<ReadOnlyMemory<char>> names = default;
        keyed.Schema["Key"].GetKeyValues(ref names);
        Assert.Equal(["yes", "no"], names.DenseValues().Select(name => name.ToString()));

        IDataView Texts(params string[] all) => _context.Data.LoadFromEnumerable(all.Select(text => new FactInput { Sentence1 = text }));
    }

    // PairColumns.Names annotates scores and keys; LabelReader takes a key's names where they are text.
    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Slots_and_keys_have_names_where_there_are_as_many(int size, bool named)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, size), Names("SlotNames", "no", "yes"));
        builder.AddColumn("Key", new KeyDataViewType(typeof(uint), size), Names("KeyValues", "no", "yes"));
        DataViewSchema schema = builder.ToSchema();

        Assert.Equal(named, schema["Score"].HasSlotNames());
        Assert.Equal(named, schema["Key"].HasKeyValues(TextDataViewType.Instance));
        Assert.False(schema["Key"].HasKeyValues(NumberDataViewType.Single));
    }

    // ScoringTransformer.IsRowToRowMapper; BertPredictionPool, whose engines share one transformer.
    [Fact]
    public void An_engine_wants_a_row_mapper_and_owns_it_unless_told_otherwise()
    {
        ITransformer inner = _context.Transforms.CopyColumns("Text", "Sentence1").Fit(_data);
        var kept = new Outsider(inner);
        using (var engine = _context.Model.CreatePredictionEngine<FactInput, FactOutput>(
            kept, new PredictionEngineOptions { OwnsTransformer = false }))
            Assert.Equal("one", engine.Predict(new FactInput { Sentence1 = "one" }).Text);
        Assert.False(kept.IsDisposed);

        // In a chain, too, which disposes its parts.
        var owned = new Outsider(inner);
        _context.Model.CreatePredictionEngine<FactInput, FactOutput>(new TransformerChain<ITransformer>(owned)).Dispose();
        Assert.True(owned.IsDisposed);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Model.CreatePredictionEngine<FactInput, FactOutput>(new Outsider(inner, mapsRows: false)));
    }

    private static DataViewSchema.Annotations Names(string kind, params string[] names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            kind,
            new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(names.Length, [.. names.Select(name => name.AsMemory())]));
        return builder.ToAnnotations();
    }

    /// <summary>A view that keeps the names of the columns it was asked for.</summary>
    private sealed class AskedView(IDataView inner) : IDataView
    {
        public List<string> Columns { get; } = [];

        public bool CanShuffle => inner.CanShuffle;

        public DataViewSchema Schema => inner.Schema;

        public long? GetRowCount() => inner.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            Columns.AddRange(columnsNeeded.Select(column => column.Name));
            return inner.GetRowCursor(columnsNeeded, rand);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }
}
