namespace BertMLNet.Scoring;

/// <summary>
/// Runs token sequences through a graph in batches of like length under a token budget. Many threads may use one scorer
/// at once: they share the session, and each has buffers of its own.
/// </summary>
internal sealed class BatchScorer : IDisposable
{
    private readonly GraphSession _session;
    private readonly Pool<BatchBuffers> _buffers;
    private readonly int _maxBatchTokens;
    private readonly int _padTokenId;

    /// <summary>Takes an open graph over.</summary>
    /// <param name="session">The open graph; the scorer disposes it.</param>
    /// <param name="outputs">The outputs to fetch, as the session was opened with.</param>
    /// <param name="maxBatchTokens">The most tokens in a batch of more than one row, padding included.</param>
    /// <param name="padTokenId">What fills the shorter rows.</param>
    public BatchScorer(GraphSession session, IReadOnlyList<GraphOutput> outputs, int maxBatchTokens, int padTokenId)
    {
        _session = session;
        _buffers = new(() => new BatchBuffers(outputs));
        _maxBatchTokens = maxBatchTokens;
        _padTokenId = padTokenId;
    }

    /// <summary>Hands every sequence's outputs to <paramref name="receive"/>, in no particular order.</summary>
    /// <exception cref="ObjectDisposedException">The scorer has been disposed.</exception>
    public void Score(SequenceList sequences, OutputReceiver receive, CancellationToken cancellationToken)
    {
        _session.ThrowIfDisposed();
        BatchBuffers buffers = _buffers.Rent();
        try
        {
            ReadOnlySpan<int> order = buffers.SortByLength(sequences);
            while (!order.IsEmpty)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int rows = Math.Clamp(_maxBatchTokens / Math.Max(1, sequences.Length(order[0])), 1, order.Length);
                buffers.Run(_session, sequences, order[..rows], _padTokenId, receive);
                order = order[rows..];
            }
        }
        finally
        {
            _buffers.Return(buffers);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
