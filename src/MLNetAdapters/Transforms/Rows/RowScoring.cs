using Microsoft.ML;

namespace BertMLNet;

/// <summary>What distinguishes one batching transformer from another: what it reads, what it adds and how it scores.</summary>
/// <typeparam name="TRow">What is read of an input row.</typeparam>
/// <typeparam name="TResult">What scoring makes of it.</typeparam>
internal abstract class RowScoring<TRow, TResult>
{
    /// <summary>The names of the text columns that are read.</summary>
    public abstract IReadOnlyList<string> InputColumns { get; }

    /// <summary>The columns that are added, in order.</summary>
    public abstract IReadOnlyList<OutputColumn<TResult>> OutputColumns { get; }

    /// <summary>Scores a stream of rows in order, pulling ahead on the caller's thread.</summary>
    public abstract IEnumerable<TResult> Stream(IEnumerable<TRow> rows);

    /// <summary>Scores one row.</summary>
    public abstract TResult Score(TRow row);

    /// <summary>Makes a row of the texts of <see cref="InputColumns"/>, in their order.</summary>
    public abstract TRow Read(ReadOnlySpan<ReadOnlyMemory<char>> texts);

    /// <summary>Scores one row as a saved pipeline's mapping sees it.</summary>
    public TResult Score(BertTextInput input) =>
        Score(InputColumns.Count == 1 ? Read([input.First.AsMemory()]) : Read([input.First.AsMemory(), input.Second.AsMemory()]));

    /// <summary>The schema of <paramref name="input"/> with the output columns added behind it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is not text.</exception>
    public DataViewSchema Extend(DataViewSchema input)
    {
        TextColumns.Check(input, InputColumns);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumns(OutputColumns.Select(column => column.Detached));
        return builder.ToSchema();
    }

    /// <summary>The input's columns that are needed for the active columns of the extended schema.</summary>
    public DataViewSchema.Column[] Dependencies(DataViewSchema input, bool[] active, bool scores)
    {
        var read = scores ? InputColumns.Select(name => input[name].Index).ToHashSet() : [];
        return [.. input.Where(column => active[column.Index] || read.Contains(column.Index))];
    }
}
