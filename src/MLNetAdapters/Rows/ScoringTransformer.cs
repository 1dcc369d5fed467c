using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// A transformer that scores rows in batches: it pulls rows ahead of the cursor, scores them together and hands them back
/// in order, computing only what is asked for. Many cursors and prediction engines may use one at once.
/// </summary>
/// <typeparam name="TRow">What is read of a row.</typeparam>
/// <typeparam name="TResult">What scoring makes of it.</typeparam>
public abstract class ScoringTransformer<TRow, TResult> : ITransformer
{
    private RowScoring<TRow, TResult>? _scoring;

    private protected ScoringTransformer()
    {
    }

    /// <summary>True: rows are scored one by one for prediction engines, and in batches for data.</summary>
    public bool IsRowToRowMapper => true;

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

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)CreateSavedForm()).Save(ctx);

    private protected abstract RowScoring<TRow, TResult> CreateScoring();

    /// <summary>A chain of built-in transformers that does the same: the only thing that an outside library can save.</summary>
    private protected abstract ITransformer CreateSavedForm();
}
