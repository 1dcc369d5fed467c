using System.Text.Json.Serialization;
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

    /// <summary>These options with an ML.NET context's GPU settings and log where they have none.</summary>
    /// <param name="context">The context.</param>
    /// <param name="source">What the log calls the part that writes to it.</param>
    internal virtual BertOptions With(MLContext context, string source) => this;
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
        return new BertTransformer(_options, _model.Acquire());
    }

    /// <summary>The columns that the transformer will add; a model's labels are read from its folder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, _options.InputColumns);
        return SchemaShapes.Add(inputSchema, _options.Foretell());
    }
}
