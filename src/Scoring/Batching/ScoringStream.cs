using System.Runtime.CompilerServices;

namespace BertMLNet.Scoring;

/// <summary>
/// Turns a scorer of many rows into a stream: rows are pulled ahead into a bounded window, scored together, and their
/// results handed out in order.
/// </summary>
internal static class ScoringStream
{
    /// <summary>Ends a window early where its texts are long, so that memory stays bounded.</summary>
    public const long WindowCharacters = 4 << 20;

    /// <summary>Scores rows as the caller asks for results; rows are pulled on the caller's thread.</summary>
    public static IEnumerable<TResult> Run<TRow, TResult>(
        IEnumerable<TRow> rows,
        RowScorer<TRow, TResult> score,
        Func<TRow, long> characters,
        StreamWindows windows,
        CancellationToken cancellationToken)
    {
        using IEnumerator<TRow> source = rows.GetEnumerator();
        bool more = true;
        for (int size = windows.FirstRows; more; size = windows.After(size))
        {
            var window = new List<TRow>(size);
            long pulled = 0;
            while (window.Count < size && pulled < WindowCharacters && (more = source.MoveNext()))
            {
                window.Add(source.Current);
                pulled += characters(source.Current);
            }
            cancellationToken.ThrowIfCancellationRequested();
            foreach (TResult result in score(window.ToArray(), cancellationToken))
                yield return result;
        }
    }

    /// <summary>
    /// Like <see cref="Run"/>, on a thread of the pool: while it scores, the caller takes the results before and the next
    /// rows are read.
    /// </summary>
    public static async IAsyncEnumerable<TResult> RunAsync<TRow, TResult>(
        IAsyncEnumerable<TRow> rows,
        RowScorer<TRow, TResult> score,
        Func<TRow, long> characters,
        StreamWindows windows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TResult[]> scoring = Task.FromResult<TResult[]>([]);
        IAsyncEnumerator<TRow> source = rows.GetAsyncEnumerator(cancellationToken);
        try
        {
            bool more = true;
            for (int size = windows.FirstRows; more; size = windows.After(size))
            {
                var window = new List<TRow>(size);
                long pulled = 0;
                while (window.Count < size && pulled < WindowCharacters && (more = await source.MoveNextAsync().ConfigureAwait(false)))
                {
                    window.Add(source.Current);
                    pulled += characters(source.Current);
                }
                TResult[] ready = await scoring.ConfigureAwait(false);
                scoring = Task.Run(() => score(window.ToArray(), stop.Token), stop.Token);
                foreach (TResult result in ready)
                    yield return result;
            }
            foreach (TResult result in await scoring.ConfigureAwait(false))
                yield return result;
        }
        finally
        {
            // Who stops half way must neither leave a window in the scorer's hands nor wait for all of it.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)scoring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }
}
