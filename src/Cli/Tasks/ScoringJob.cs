using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>Scores the rows of an input with a model: one line a row, in order.</summary>
internal interface IScoringJob : IDisposable
{
    /// <summary>The columns of the results as TSV.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Scores the rows behind those that are written already.</summary>
    /// <param name="results">Where the lines go.</param>
    /// <param name="shard">Which of the input's rows are the job's.</param>
    /// <param name="rowsWritten">How many of their lines stand there already.</param>
    /// <param name="onBadRow">Is told of bad rows, each of which gives a line with its error; null where a bad row ends the job.</param>
    /// <param name="bar">Shows how many rows are done.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    void Run(
        ResultWriter results, Shard shard, long rowsWritten, Action<BertMLNetException>? onBadRow, ProgressBar bar,
        CancellationToken cancellationToken);
}

/// <summary>One of several jobs that share an input: rows are dealt out to them in turn, as cards are.</summary>
/// <param name="Number">Which of them, from 1.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Shard(int Number, int Count)
{
    /// <summary>All of an input.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Whether a row is this job's.</summary>
    /// <param name="row">The row's number in the input, from 0.</param>
    public bool Has(long row) => row % Count == Number - 1;

    /// <summary>Reads "I/N"; null where it is not of this form, or I is not from 1 to N.</summary>
    public static Shard? Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && number >= 1 && number <= count
                ? new(number, count)
                : null;
    }
}

/// <summary>What scoring is for every model: order, bad rows in their place, and the rows that a resumed job has done already.</summary>
/// <typeparam name="TRow">What is read of a row.</typeparam>
/// <typeparam name="TResult">What the model says of it.</typeparam>
internal abstract class ScoringJob<TRow, TResult> : IScoringJob
{
    public abstract IReadOnlyList<string> Columns { get; }

    public abstract void Dispose();

    public void Run(
        ResultWriter results, Shard shard, long rowsWritten, Action<BertMLNetException>? onBadRow, ProgressBar bar,
        CancellationToken cancellationToken)
    {
        // Rows are read ahead of their results: each waits here for its own, and a bad one for its turn behind so many good ones.
        var waiting = new Queue<TRow>();
        var badRows = new Queue<(long GoodRowsBefore, string Error)>();
        long rowsSeen = 0;
        long rowsRead = 0;
        long goodRows = 0;
        long scored = 0;
        foreach (TResult result in Score(Rows(), cancellationToken))
        {
            WriteBadRows();
            Write(results, waiting.Dequeue(), result);
            bar.Report(++scored, total: null);
        }
        WriteBadRows();
        if (rowsRead < rowsWritten)
        {
            throw new BertMLNetException(
                $"the unfinished output has {rowsWritten} rows, and the input only {rowsRead}: they are another input's; "
                + "delete the .partial file to start anew.");
        }

        IEnumerable<TRow> Rows()
        {
            foreach (TRow row in Read(onBadRow is null ? null : TakeBadRow, cancellationToken))
            {
                if (!shard.Has(rowsSeen++) || rowsRead++ < rowsWritten)
                    continue;
                goodRows++;
                waiting.Enqueue(row);
                yield return row;
            }
        }

        void TakeBadRow(BertMLNetException error)
        {
            if (!shard.Has(rowsSeen++))
                return;
            onBadRow(error);
            if (rowsRead++ >= rowsWritten)
                badRows.Enqueue((goodRows, error.Message));
        }

        void WriteBadRows()
        {
            while (badRows.TryPeek(out (long GoodRowsBefore, string Error) row) && row.GoodRowsBefore <= scored)
                results.WriteError(badRows.Dequeue().Error);
        }
    }

    /// <summary>Reads the input's rows, one at a time.</summary>
    protected abstract IEnumerable<TRow> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken);

    /// <summary>Gives one result a row, in the rows' order.</summary>
    protected abstract IEnumerable<TResult> Score(IEnumerable<TRow> rows, CancellationToken cancellationToken);

    /// <summary>Writes one row's line.</summary>
    protected abstract void Write(ResultWriter results, TRow row, TResult result);
}
