using System.IO.Compression;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet.Tests;

/// <summary>
/// Facts about ML.NET's model files that saving leans on, without BertMLNet's part in it: where an update of ML.NET breaks
/// saved pipelines, these say why. What leans on a fact stands above it.
/// </summary>
public sealed class WhatMLNetSavesTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public WhatMLNetSavesTests() => _data = _context.Data.LoadFromEnumerable(PairRow.Many(5));

    // SavedChain: were there more, a transformer could write its own state, and the chain would not be needed.
    [Fact]
    public void A_context_to_save_to_offers_nothing_to_write_with() =>
        Assert.Equal(["Dispose"], typeof(ModelSaveContext).GetMembers(Declared).Select(member => member.Name));

    // ScoringTransformer.Save hands the context to the chain that CreateSavedForm makes.
    [Fact]
    public void A_transformer_from_outside_may_be_saved_as_one_of_ML_NETs()
    {
        ITransformer inner = _context.Transforms.CopyColumns("Copy", "Sentence1")
            .Append(_context.Transforms.CopyColumns("Again", "Copy")).Fit(_data);
        ITransformer last = _context.Transforms.CopyColumns("Last", "Again").Fit(inner.Transform(_data));

        ITransformer loaded = SaveAndLoad(new TransformerChain<ITransformer>(new Outsider(inner), last));

        Assert.Equal(_data.GetColumn<string>("Sentence1"), loaded.Transform(_data).GetColumn<string>("Last"));
        Assert.IsType<TransformerChain<ITransformer>>(((TransformerChain<ITransformer>)loaded).First());
        Assert.Throws<InvalidOperationException>(() => SaveAndLoad(new Outsider(inner, saves: false)));
    }

    // Bert*Mapping: the file names the contract and its assembly, and nobody has to register either.
    // ScorersByState: what GetMapping gave serves all rows and threads of a loaded model, and of no other.
    [Fact]
    public void A_contract_is_found_in_a_context_that_registered_nothing_and_makes_one_mapping_a_model()
    {
        ITransformer model = Mapping().Fit(_data);
        ITransformer first = SaveAndLoad(model), second = SaveAndLoad(model);

        int[] seen = [.. Maps(first), .. Maps(first), .. Maps(second)];

        Assert.Equal(15, seen.Length);
        Assert.Single(seen[..10].Distinct());
        Assert.DoesNotContain(seen[10], seen[..10]);

        IEnumerable<int> Maps(ITransformer loaded) => loaded.Transform(_data).GetColumn<int>(nameof(FactOutput.Mapping));
    }

    // SavedChain.Build copies the texts to the names that the mapping's classes have, and drops the copies.
    [Fact]
    public void A_mapping_has_the_columns_of_its_classes_again_once_it_is_loaded()
    {
        var input = SchemaDefinition.Create(typeof(FactInput));
        input[nameof(FactInput.Sentence1)].ColumnName = "Sentence2";
        ITransformer model = _context.Transforms.CustomMapping(new FactMapping().GetMapping(), FactMapping.Contract, input).Fit(_data);
        Assert.Equal(_data.GetColumn<string>("Sentence2"), model.Transform(_data).GetColumn<string>("Text"));

        Assert.Equal(_data.GetColumn<string>("Sentence1"), SaveAndLoad(model).Transform(_data).GetColumn<string>("Text"));
    }

    // SavedChain.Build puts the state into an expression, as text of any length that needs no escaping.
    [Fact]
    public void A_constant_expression_carries_a_long_text_through_a_file()
    {
        byte[] state = new byte[300_000];
        new Random(1).NextBytes(state);
        string text = Convert.ToBase64String(state);

        ITransformer loaded = SaveAndLoad(_context.Transforms.Expression("State", $"x => \"{text}\"", "Sentence1").Fit(_data));

        Assert.All(loaded.Transform(_data).GetColumn<string>("State"), value => Assert.Equal(text, value));
    }

    // LoadedChain knows the chain again by the kinds of its parts; PipelineTree replaces parts of chains of this one type.
    [Fact]
    public void A_chain_is_loaded_as_a_chain_of_the_same_kinds()
    {
        var model = _context.Transforms.CopyColumns("A", "Sentence1")
            .Append(_context.Transforms.Expression("State", "x => \"s\"", "Sentence1"))
            .Append(Mapping())
            .Append(_context.Transforms.DropColumns("A", "State")).Fit(_data);

        var loaded = Assert.IsType<TransformerChain<ITransformer>>(SaveAndLoad(model));

        Assert.Equal(Kinds(model), Kinds(loaded));
        Assert.Equal(
            [
                typeof(ColumnCopyingTransformer), typeof(ExpressionTransformer), typeof(CustomMappingTransformer<FactInput, FactOutput>),
                typeof(ColumnSelectingTransformer),
            ],
            Kinds(loaded));

        IEnumerable<Type> Kinds(IEnumerable<ITransformer> chain) =>
            chain.SelectMany(part => part is IEnumerable<ITransformer> inner ? Kinds(inner) : [part.GetType()]);
    }

    // PipelineTree.ScopesOf: a chain does not say which part is applied when.
    [Fact]
    public void A_chain_makes_chains_of_the_parts_of_a_scope()
    {
        var chain = new EstimatorChain<ITransformer>()
            .Append(_context.Transforms.CopyColumns("A", "Sentence1"), TransformerScope.TrainTest)
            .Append(_context.Transforms.CopyColumns("B", "Sentence1")).Fit(_data);
        ITransformer[] parts = [.. chain];

        Assert.Equal(parts, chain.GetModelFor(TransformerScope.Training));
        Assert.Equal(parts, chain.GetModelFor(TransformerScope.Testing));
        Assert.Equal(parts[1..], chain.GetModelFor(TransformerScope.Scoring));
    }

    // BertSlotMapping: evaluation needs scores of known length, and parts that are vectors of one, put together, have one.
    [Fact]
    public void Scores_are_evaluated_where_the_schema_knows_their_length()
    {
        IDataView unknown = _context.Data.LoadFromEnumerable(Scores());
        IDataView slots = _context.Transforms.Concatenate("Score", "Slot", "Slot").Fit(unknown).Transform(unknown);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), slots.Schema["Score"].Type);
        Assert.False(slots.Schema["Score"].HasSlotNames());
        Assert.Equal(2, _context.MulticlassClassification.Evaluate(slots).PerClassLogLoss.Count);

        Exception refused = Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Evaluate(unknown));
        Assert.Contains("'Score'", refused.Message, StringComparison.Ordinal);

        static IEnumerable<FactScores> Scores() => [new() { Label = 0 }, new() { Label = 1 }];
    }

    // BertPipeline puts the model folders beside ML.NET's own entries.
    [Fact]
    public void Further_entries_of_a_model_file_are_passed_over()
    {
        using var file = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Sentence1").Fit(_data), _data.Schema, file);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        using (var writer = new StreamWriter(zip.CreateEntry("BertMLNet/models/0/config.json").Open()))
            writer.Write("{}");
        file.Position = 0;

        Assert.NotNull(new MLContext().Model.Load(file, out _).GetOutputSchema(_data.Schema).GetColumnOrNull("Copy"));
    }

    private CustomMappingEstimator<FactInput, FactOutput> Mapping() =>
        _context.Transforms.CustomMapping(new FactMapping().GetMapping(), FactMapping.Contract);

    private ITransformer SaveAndLoad(ITransformer model)
    {
        using var file = new MemoryStream();
        _context.Model.Save(model, _data.Schema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out _);
    }

    private sealed class FactScores
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [0.5f, 0.5f];

        [VectorType(1)]
        public float[] Slot { get; set; } = [0.5f];
    }
}
