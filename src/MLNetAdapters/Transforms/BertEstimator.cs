using System.Text.Json.Serialization;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What a transformer reads, what it adds to the data, and with which model: one kind of options a task.</summary>
public abstract record BertOptions
{
    private protected BertOptions()
    {
    }

    /// <summary>The model folder, with <c>config.json</c>, the vocabulary and, where the task scores, the ONNX graph.</summary>
    [JsonPropertyOrder(-1)]
    public required string ModelPath { get; init; }

    /// <summary>The one or two text columns that are read.</summary>
    internal abstract IReadOnlyList<string> InputColumns { get; }

    /// <summary>The columns that will be added, found out without opening the model.</summary>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    internal abstract IEnumerable<DataViewSchema.DetachedColumn> Foretell();

    /// <summary>Opens the model.</summary>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    internal abstract OpenModel Open();

    /// <summary>The graph that scores, where the options name one.</summary>
    internal virtual string? Graph => null;

    /// <summary>These options as a file names them that holds the model folder: without its place on this machine.</summary>
    /// <exception cref="BertMLNetException">They name a graph outside the folder.</exception>
    internal virtual BertOptions Packed() => this with { ModelPath = "" };

    /// <summary>Whether the added column may take the name of the one that is read, as where one stands for the other.</summary>
    internal virtual bool MayHideInput => false;

    /// <summary>Refuses data that the task would be wrong with in silence.</summary>
    /// <param name="input">The data's schema.</param>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="BertMLNetException">The data are so.</exception>
    internal virtual void CheckInput(DataViewSchema input, IReadOnlyList<string> labels)
    {
    }

    /// <summary>Requires added columns that hide neither one another nor what is read: ML.NET shows the last of a name alone.</summary>
    /// <param name="added">The added columns.</param>
    /// <param name="read">Columns that are read beside <see cref="InputColumns"/>.</param>
    /// <exception cref="BertMLNetException">One of them hides another.</exception>
    internal void CheckNames(IEnumerable<DataViewSchema.DetachedColumn> added, params IEnumerable<string> read)
    {
        string[] names = [.. added.Select(column => column.Name)];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(name => name.Count() > 1) is { } twice)
        {
            throw new BertMLNetException(
                $"two added columns are named '{twice.Key}', and one would hide the other; give each a name of its own.");
        }
        if (!MayHideInput && names.Intersect(InputColumns.Concat(read), StringComparer.Ordinal).FirstOrDefault() is { } hidden)
        {
            throw new BertMLNetException(
                $"the added column '{hidden}' would hide the one of that name which is read; give the added one a name of its own.");
        }
    }

    /// <summary>These options with an ML.NET context's GPU settings and log where they have none.</summary>
    /// <param name="context">The context.</param>
    /// <param name="source">What the log calls the part that writes to it.</param>
    internal virtual BertOptions With(MLContext context, string source) => this;
}

/// <summary>The options of a task that scores with a model's graph.</summary>
public abstract record BertScoringOptions : BertOptions
{
    private protected BertScoringOptions()
    {
    }

    /// <summary>The graph, the device, the batches.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    internal override string? Graph => Scoring.Graph;

    internal override BertOptions Packed() => this with { ModelPath = "", Scoring = PackedGraph.Of(ModelPath, Scoring) };

    internal override BertOptions With(MLContext context, string source) => this with { Scoring = Scoring.With(context, source) };
}

/// <summary>
/// The estimator behind <c>BertPairClassify</c> and its sisters. There is nothing to learn: fitting checks the columns and
/// opens the model, which all transformers fitted from one estimator share.
/// </summary>
public sealed class BertEstimator : IEstimator<BertTransformer>
{
    private readonly BertOptions _options;
    private readonly Shared<OpenModel> _model;

    /// <summary>Creates the estimator; the model is opened when it is fitted.</summary>
    public BertEstimator(BertOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _model = new(options.Open);
    }

    /// <summary>Checks the columns and opens the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    public BertTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, _options.InputColumns);
        _options.CheckNames(_options.Foretell());
        return Owned.Prepared(
            new BertTransformer(_options, _model.Acquire()), transformer => _options.CheckInput(input.Schema, transformer.Labels));
    }

    /// <summary>The columns that the transformer will add; a model's labels are read from its folder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, _options.InputColumns);
        DataViewSchema.DetachedColumn[] added = [.. _options.Foretell()];
        _options.CheckNames(added);
        return SchemaShapes.Add(inputSchema, added);
    }
}
