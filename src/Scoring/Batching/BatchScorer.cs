using BertMLNet.Modeling;

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

    private BatchScorer(GraphSession session, GraphOutput[] outputs, int maxBatchTokens, int padTokenId)
    {
        _session = session;
        _buffers = new(() => new BatchBuffers(outputs));
        _maxBatchTokens = maxBatchTokens;
        _padTokenId = padTokenId;
    }

    /// <summary>Opens a model folder's graph, which must have these outputs.</summary>
    /// <exception cref="BertMLNetException">There is no such graph, or it is not what the folder's configuration promises.</exception>
    public static BatchScorer Open(ModelFolder folder, BertConfig config, GraphOutput[] outputs, ScoringOptions options)
    {
        options.Validate(folder);
        GraphSession session = GraphSession.Open(GraphFile.Find(folder, options), outputs, options);
        return new(session, outputs, options.BatchTokens, config.PadTokenId);
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
