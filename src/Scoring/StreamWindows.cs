using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>
/// Turns a scorer of many rows into a stream: rows are pulled ahead into a bounded window, scored together, and their
/// results handed out in order. The first windows are small, so that who wants a few rows does not wait for many.
/// </summary>
/// <param name="FirstRows">The rows of the first window.</param>
/// <param name="MaxRows">The most rows of a window.</param>
internal readonly record struct StreamWindows(int FirstRows, int MaxRows)
{
    /// <summary>Ends a window early where its texts are long, so that memory stays bounded.</summary>
    public const long WindowCharacters = 4 << 20;

    /// <summary>How much larger each further window is.</summary>
    private const int Growth = 4;

    /// <summary>The first window of a model of BERT-base's size; smaller models read more rows in the same time.</summary>
    private const int BaseRows = 32;

    private const int MostFirstRows = 256;

    /// <summary>The weights of BERT-base's encoder layers, which each token is multiplied with.</summary>
    private const long BaseWeights = 12L * 12 * 768 * 768;

    /// <summary>The windows for a model, so that the first takes about as long with any.</summary>
    public static StreamWindows For(BertConfig config, ScoringOptions options)
    {
        long weights = config.NumHiddenLayers * (long)config.HiddenSize * ((4L * config.HiddenSize) + (2L * config.IntermediateSize));
        long rows = Math.Clamp(BaseRows * BaseWeights / Math.Max(1, weights), 1, MostFirstRows);
        return new((int)Math.Min(rows, options.WindowRows), options.WindowRows);
    }

    /// <summary>The rows of the window that comes after one of <paramref name="rows"/>.</summary>
    public int After(int rows) => (int)Math.Min((long)rows * Growth, MaxRows);

    /// <summary>Scores rows as the caller asks for results; rows are pulled on the caller's thread.</summary>
    public IEnumerable<TResult> Run<TRow, TResult>(
        IEnumerable<TRow> rows,
        Func<ReadOnlyMemory<TRow>, CancellationToken, TResult[]> score,
        Func<TRow, long> characters,
        CancellationToken cancellationToken)
    {
        using IEnumerator<TRow> source = rows.GetEnumerator();
        bool more = true;
        for (int size = FirstRows; more; size = After(size))
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
}
