using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// A transformer that scores rows in batches: it pulls rows ahead of the cursor, scores them together and hands them back
/// in order, computing only what is asked for. Many cursors and prediction engines may use one at once.
/// </summary>
/// <typeparam name="TRow">What is read of a row.</typeparam>
/// <typeparam name="TResult">What scoring makes of it.</typeparam>
/// <typeparam name="TOptions">What it reads, adds and scores with.</typeparam>
public abstract class ScoringTransformer<TRow, TResult, TOptions> : ITransformer, IPackable, IDisposable
    where TOptions : IModelOptions
{
    private readonly IDisposable?[] _owned;
    private RowScoring<TRow, TResult>? _scoring;

    /// <summary>Takes over what is disposed with the transformer: its part in a scorer and in a temporary model folder.</summary>
    private protected ScoringTransformer(TOptions options, params IDisposable?[] owned)
    {
        Options = options;
        _owned = owned;
    }

    /// <summary>What the transformer reads, adds and scores with.</summary>
    public TOptions Options { get; }

    /// <summary>True: rows are scored one by one for prediction engines, and in batches for data.</summary>
    public bool IsRowToRowMapper => true;

    string IPackable.Kind => Kind;

    string IPackable.ModelPath => Options.ModelPath;

    private protected abstract string Kind { get; }

    private RowScoring<TRow, TResult> Scoring => _scoring ??= CreateScoring();

    /// <summary>The input's schema with the scored columns behind it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Scoring.Extend(inputSchema);
    }

    /// <summary>Adds the scored columns to data; nothing is scored before rows are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredDataView<TRow, TResult>(Scoring, input);
    }

    /// <summary>A mapper of single rows, for prediction engines.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoredRowMapper<TRow, TResult>(Scoring, inputSchema);
    }

    /// <summary>Releases the session, once the last transformer that shares it is disposed; what is scored after that is an error.</summary>
    public void Dispose()
    {
        foreach (IDisposable? owned in _owned)
            owned?.Dispose();
        GC.SuppressFinalize(this);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)CreateSavedForm()).Save(ctx);

    JsonElement IPackable.WriteOptions() => JsonSerializer.SerializeToElement(Options);

    private protected abstract RowScoring<TRow, TResult> CreateScoring();

    /// <summary>A chain of built-in transformers that does the same: the only thing that an outside library can save.</summary>
    private protected abstract ITransformer CreateSavedForm();
}
