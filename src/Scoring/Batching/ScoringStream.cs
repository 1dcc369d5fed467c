using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BertMLNet.Scoring;

/// <summary>
/// Turns a scorer of many rows into a stream: rows are pulled ahead into a bounded window, scored together, and their
/// results handed out in order.
/// </summary>
internal static class ScoringStream
{
    /// <summary>Small, so that who wants a few rows does not wait for many; each further window is twice as large.</summary>
    private const int FirstWindowRows = 32;

    /// <summary>Ends a window early where its texts are long, so that memory stays bounded.</summary>
    private const long WindowCharacters = 4 << 20;

    /// <summary>Scores rows as the caller asks for results; rows are pulled on the caller's thread.</summary>
    public static IEnumerable<TResult> Run<TRow, TResult>(
        IEnumerable<TRow> rows,
        RowScorer<TRow, TResult> score,
        Func<TRow, long> characters,
        int maxRows,
        CancellationToken cancellationToken)
    {
        var window = new List<TRow>();
        TResult[] results = [];
        int size = Math.Min(FirstWindowRows, maxRows);
        using IEnumerator<TRow> source = rows.GetEnumerator();
        bool more = true;
        while (more)
        {
            window.Clear();
            long pulled = 0;
            while (window.Count < size && pulled < WindowCharacters && (more = source.MoveNext()))
            {
                window.Add(source.Current);
                pulled += characters(source.Current);
            }
            if (results.Length < window.Count)
                results = new TResult[size];
            ScoreWindow(window, results, score, cancellationToken);
            for (int i = 0; i < window.Count; i++)
                yield return results[i];
            size = Math.Min(size * 2, maxRows);
        }
    }

    /// <summary>Like <see cref="Run"/>, on a thread of the pool, while the caller takes one window's results and the next rows are read.</summary>
    public static async IAsyncEnumerable<TResult> RunAsync<TRow, TResult>(
        IAsyncEnumerable<TRow> rows,
        RowScorer<TRow, TResult> score,
        Func<TRow, long> characters,
        int maxRows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int size = Math.Min(FirstWindowRows, maxRows);
        Task<TResult[]>? scoring = null;
        var source = rows.GetAsyncEnumerator(cancellationToken);
        try
        {
            bool more = true;
            while (more)
            {
                var window = new List<TRow>(size);
                long pulled = 0;
                while (window.Count < size && pulled < WindowCharacters && (more = await source.MoveNextAsync().ConfigureAwait(false)))
                {
                    window.Add(source.Current);
                    pulled += characters(source.Current);
                }
                TResult[] ready = scoring is null ? [] : await scoring.ConfigureAwait(false);
                scoring = Task.Run(
                    () =>
                    {
                        var results = new TResult[window.Count];
                        ScoreWindow(window, results, score, cancellationToken);
                        return results;
                    },
                    cancellationToken);
                foreach (TResult result in ready)
                    yield return result;
                size = Math.Min(size * 2, maxRows);
            }
            foreach (TResult result in await scoring!.ConfigureAwait(false))
                yield return result;
        }
        finally
        {
            // Who stops half way must not leave a window in the scorer's hands.
            if (scoring is not null)
                await ((Task)scoring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void ScoreWindow<TRow, TResult>(
        List<TRow> window, TResult[] results, RowScorer<TRow, TResult> score, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (window.Count > 0)
            score(CollectionsMarshal.AsSpan(window), results.AsSpan(0, window.Count), cancellationToken);
    }
}
