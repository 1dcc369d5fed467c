using System.Diagnostics;
using System.Threading.Channels;

namespace BertMLNet.AspNetCore;

/// <summary>
/// Scores the rows of many requests in batches that they share. A request takes its turn in slices, so that a large one does not keep
/// small ones waiting. Any number of threads may use one. Disposed, it finishes what waits and refuses everything else.
/// </summary>
/// <typeparam name="TRow">What is scored.</typeparam>
/// <typeparam name="TResult">What the model says of it.</typeparam>
public sealed class BatchingScorer<TRow, TResult> : IDisposable
{
    /// <summary>The most rows of a slice.</summary>
    private const int SliceRows = 32;

    /// <summary>What a slice's rows cost at most, unless it is a single row.</summary>
    private const int SliceCharacters = 1 << 14;

    /// <summary>How many slices of a request wait or are scored at once.</summary>
    private const int SlicesAhead = 4;

    private readonly Func<TRow, long> _characters;
    private readonly BertServiceOptions _options;
    private readonly ServiceMetrics.OfModel _metrics;
    private readonly Channel<Slice<TRow, TResult>> _queue;
    private readonly BatchWorkers<TRow, TResult> _workers;
    private readonly Task _dispatching;
    private int _requests;
    private int _rowsWaiting;
    private int _disposed;

    internal BatchingScorer(
        Func<ReadOnlyMemory<TRow>, CancellationToken, TResult[]> score, Func<TRow, long> characters, BertServiceOptions options,
        ServiceMetrics.OfModel metrics)
    {
        _characters = characters;
        _options = options;
        _metrics = metrics;
        _queue = Channel.CreateBounded<Slice<TRow, TResult>>(
            new BoundedChannelOptions(options.MaxRequests * SlicesAhead) { SingleReader = true });
        _workers = new(score, options, metrics);
        _dispatching = Task.Run(() => _workers.DispatchAsync(_queue.Reader));
    }

    /// <summary>The requests that wait or are scored.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Whether a further request would be refused.</summary>
    public bool IsFull => Requests >= _options.MaxRequests;

    /// <summary>Whether requests are taken at all.</summary>
    internal bool IsOpen => Volatile.Read(ref _disposed) == 0 && !_dispatching.IsCompleted;

    /// <summary>When to come again with a request that finds no room.</summary>
    internal TimeSpan RetryAfter => _workers.TimeFor(Volatile.Read(ref _rowsWaiting));

    /// <summary>Scores one row, together with what others ask for at the same time.</summary>
    /// <inheritdoc cref="ScoreAsync(IReadOnlyList{TRow}, CancellationToken)"/>
    public async Task<TResult> ScoreAsync(TRow row, CancellationToken cancellationToken = default) =>
        (await ScoreAsync([row], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Scores rows, together with what others ask for at the same time; the results are in the rows' order.</summary>
    /// <exception cref="BertQueueFullException">As many requests wait as may.</exception>
    /// <exception cref="ObjectDisposedException">The service is stopping.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants the results any more.</exception>
    /// <exception cref="BertMLNetException">The model cannot score a row.</exception>
    public async Task<TResult[]> ScoreAsync(IReadOnlyList<TRow> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        long started = Stopwatch.GetTimestamp();
        string outcome = ServiceMetrics.Failed;
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        bool admitted = Interlocked.Increment(ref _requests) <= _options.MaxRequests;
        try
        {
            if (!admitted)
            {
                outcome = ServiceMetrics.Refused;
                throw new BertQueueFullException(RetryAfter);
            }
            TResult[] results = await ScoreSlicesAsync([.. rows], cancellationToken).ConfigureAwait(false);
            outcome = ServiceMetrics.Done;
            return results;
        }
        catch (OperationCanceledException)
        {
            outcome = ServiceMetrics.Cancelled;
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _requests);
            _metrics.RequestEnded(outcome, rows.Count, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Refuses a request that finds no room, before its body is read.</summary>
    /// <exception cref="BertQueueFullException">As many requests wait as may.</exception>
    internal void RefuseIfFull()
    {
        if (!IsFull)
            return;
        _metrics.RequestEnded(ServiceMetrics.Refused, 0, TimeSpan.Zero);
        throw new BertQueueFullException(RetryAfter);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _queue.Writer.Complete();
        _dispatching.GetAwaiter().GetResult();
        _workers.Dispose();
    }

    private async Task<TResult[]> ScoreSlicesAsync(TRow[] rows, CancellationToken cancellationToken)
    {
        // Not disposed, which it need not be: it would forget those that are about to be told that nobody waits for them.
        var stop = new CancellationTokenSource();
        using CancellationTokenRegistration leaving =
            cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
        var results = new TResult[rows.Length];
        var ahead = new Queue<(int Start, Slice<TRow, TResult> Slice)>(SlicesAhead);
        int waiting = rows.Length;
        Interlocked.Add(ref _rowsWaiting, waiting);
        try
        {
            for (int start = 0; start < rows.Length;)
            {
                (int count, long cost) = Cut(rows.AsSpan(start));
                var slice = new Slice<TRow, TResult>(rows.AsMemory(start, count), cost, stop.Token);
                if (ahead.Count == SlicesAhead)
                    await TakeAsync().ConfigureAwait(false);
                await _queue.Writer.WriteAsync(slice, stop.Token).ConfigureAwait(false);
                ahead.Enqueue((start, slice));
                start += count;
            }
            while (ahead.Count > 0)
                await TakeAsync().ConfigureAwait(false);
            return results;
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException("The service is stopping.", exception);
        }
        finally
        {
            Interlocked.Add(ref _rowsWaiting, -waiting);
            // What still waits of a request that failed, or that nobody wants, is passed over.
            await stop.CancelAsync().ConfigureAwait(false);
        }

        async Task TakeAsync()
        {
            (int start, Slice<TRow, TResult> slice) = ahead.Dequeue();
            TResult[] taken = await slice.Results.WaitAsync(stop.Token).ConfigureAwait(false);
            taken.CopyTo(results, start);
            waiting -= taken.Length;
            Interlocked.Add(ref _rowsWaiting, -taken.Length);
        }
    }

    /// <summary>How many of the rows are one slice, at least one, and what they cost.</summary>
    private (int Count, long Cost) Cut(ReadOnlySpan<TRow> rows)
    {
        long cost = _characters(rows[0]);
        int count = 1;
        for (; count < Math.Min(rows.Length, SliceRows); count++)
        {
            long next = _characters(rows[count]);
            if (cost + next > SliceCharacters)
                break;
            cost += next;
        }
        return (count, cost);
    }
}

/// <summary>As many requests wait as may. It is nobody's mistake: the request can be sent again.</summary>
public sealed class BertQueueFullException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="retryAfter">When there is likely to be room.</param>
    public BertQueueFullException(TimeSpan retryAfter)
        : base("The model has as many requests as may wait; send this one again later.") => RetryAfter = retryAfter;

    /// <summary>When there is likely to be room.</summary>
    public TimeSpan RetryAfter { get; }
}

/// <summary>Rows of one request that are scored together.</summary>
internal sealed class Slice<TRow, TResult>(ReadOnlyMemory<TRow> rows, long cost, CancellationToken cancellation)
{
    private readonly TaskCompletionSource<TResult[]> _results = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The rows.</summary>
    public ReadOnlyMemory<TRow> Rows => rows;

    /// <summary>The rows' characters.</summary>
    public long Cost => cost;

    /// <summary>When it began to wait.</summary>
    public long Queued { get; } = Stopwatch.GetTimestamp();

    /// <summary>Says when nobody wants the results any more.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>What the model says of the rows.</summary>
    public Task<TResult[]> Results => _results.Task;

    /// <summary>Ends the wait with results.</summary>
    public void Complete(TResult[] results) => _results.TrySetResult(results);

    /// <summary>Ends the wait with an error.</summary>
    public void Fail(Exception exception) => _results.TrySetException(exception);
}
