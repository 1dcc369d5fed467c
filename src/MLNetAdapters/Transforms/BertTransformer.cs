using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Scores texts with a fine-tuned BERT as its options say. It pulls rows ahead of the cursor, scores them in batches and
/// hands them back in order, computing only what is asked for. Many cursors and prediction engines may use one at once.
/// </summary>
public sealed class BertTransformer : ITransformer, IDisposable
{
    private readonly Shared<OpenModel>.Lease _model;
    private readonly IDisposable? _modelFolder;
    private readonly IReadOnlyList<DataViewSchema.DetachedColumn> _added;

    /// <summary>Takes over what is disposed with the transformer: its part in an open model and in a temporary model folder.</summary>
    internal BertTransformer(BertOptions options, Shared<OpenModel>.Lease model, IDisposable? modelFolder = null)
    {
        Options = options;
        _model = model;
        _modelFolder = modelFolder;
        _added = model.Value.Columns;
    }

    /// <summary>What the transformer reads, adds and scores with.</summary>
    public BertOptions Options { get; }

    /// <summary>The model's labels in the order of the scores; none where its task has none.</summary>
    /// <exception cref="ObjectDisposedException">The transformer has been disposed.</exception>
    public IReadOnlyList<string> Labels => Model.Labels;

    /// <summary>True: rows are scored one by one for prediction engines, and in batches for data.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The open model.</summary>
    /// <exception cref="ObjectDisposedException">The transformer has been disposed.</exception>
    internal OpenModel Model => _model.Value;

    internal bool IsDisposed => _model.IsDisposed;

    /// <summary>The input's schema with the scored columns behind it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, Options.InputColumns);
        Options.CheckInput(inputSchema, Labels);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(_added);
        return builder.ToSchema();
    }

    /// <summary>Adds the scored columns to data; nothing is scored before rows are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(this, input);
    }

    /// <summary>A mapper of single rows, for prediction engines.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoredRowMapper(this, inputSchema);
    }

    /// <summary>Releases the session once the last transformer that shares it is disposed; to score after that is an error.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _modelFolder?.Dispose();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)Model.ToBuiltIn()).Save(ctx);

    /// <summary>Makes a transformer that shares its model with no other.</summary>
    /// <exception cref="BertMLNetException">The model folder is incomplete or damaged, or has not what the options ask for.</exception>
    internal static BertTransformer Open(BertOptions options, IDisposable? modelFolder) =>
        new(options, new Shared<OpenModel>(options.Open).Acquire(), modelFolder);

    /// <summary>The input's columns that are needed for the active columns of the output.</summary>
    internal DataViewSchema.Column[] Dependencies(DataViewSchema input, bool[] active)
    {
        HashSet<int> read = Scores(input, active) ? [.. Options.InputColumns.Select(name => input[name].Index)] : [];
        return [.. input.Where(column => active[column.Index] || read.Contains(column.Index))];
    }

    /// <summary>Whether a column that is added to the input is active.</summary>
    internal static bool Scores(DataViewSchema input, bool[] active) => active.AsSpan(input.Count).Contains(true);
}
