using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// Runs token sequences through a graph in batches of like length under a token budget. Many threads may use one scorer
/// at once: they share the session, and each has buffers of its own.
/// </summary>
internal sealed class BatchScorer : IDisposable
{
    private readonly GraphSession _session;
    private readonly Pool<BatchPlan> _plans = new(() => new BatchPlan());
    private readonly Pool<BatchBuffers> _buffers;
    private readonly int _maxBatchTokens;
    private readonly int _concurrentBatches;
    private readonly int _padTokenId;

    private BatchScorer(GraphSession session, GraphOutput[] outputs, int padTokenId)
    {
        _session = session;
        _buffers = new(() => new BatchBuffers(outputs));
        _maxBatchTokens = session.Options.BatchTokens;
        _concurrentBatches = session.Options.BatchesAtOnce;
        _padTokenId = padTokenId;
    }

    /// <summary>Opens a model folder's graph, which must have these outputs.</summary>
    /// <exception cref="BertMLNetException">There is no such graph, or it is not what the folder's configuration promises.</exception>
    public static BatchScorer Open(ModelFolder folder, BertConfig config, GraphOutput[] outputs, ScoringOptions options)
    {
        options.Validate(folder);
        return new(GraphSession.Open(folder, outputs, options), outputs, config.PadTokenId);
    }

    /// <summary>
    /// Hands every sequence's outputs to <paramref name="receive"/>, in no particular order, and from several threads at
    /// once where batches run at once.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The scorer has been disposed.</exception>
    public void Score(SequenceList sequences, OutputReceiver receive, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        BatchPlan plan = _plans.Rent();
        try
        {
            plan.Make(sequences, _maxBatchTokens, _concurrentBatches);
            Concurrently.For(plan.Count, _concurrentBatches, batch => Run(sequences, plan.Rows(batch), receive), cancellationToken);
        }
        finally
        {
            _plans.Return(plan);
        }
    }

    /// <summary>Throws where the scorer has been disposed.</summary>
    public void ThrowIfDisposed() => _session.ThrowIfDisposed();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Run(SequenceList sequences, ReadOnlySpan<int> rows, OutputReceiver receive)
    {
        BatchBuffers buffers = _buffers.Rent();
        try
        {
            buffers.Run(_session, sequences, rows, _padTokenId, receive);
        }
        finally
        {
            _buffers.Return(buffers);
        }
    }
}
