using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace BertMLNet.AspNetCore;

/// <summary>
/// Forms batches of the slices that wait and scores them on threads of its own, so that the server's are free to read and write.
/// A worker that gets free takes what waits, up to so many characters; where several are free, they share it, like lengths together.
/// </summary>
internal sealed class BatchWorkers<TRow, TResult> : IDisposable
{
    /// <summary>What a token's characters are at about; the scorer's own plan then counts tokens.</summary>
    private const int CharactersPerToken = 4;

    /// <summary>The scorer's batches that a worker takes at once, so that rows of like length find each other.</summary>
    private const int BatchesAtOnce = 3;

    private const double Smoothing = 0.1;

    private readonly Func<ReadOnlyMemory<TRow>, CancellationToken, TResult[]> _score;
    private readonly ServiceMetrics.OfModel _metrics;
    private readonly TimeSpan _maxWait;
    private readonly long _budget;
    private readonly SemaphoreSlim _free;
    private readonly BlockingCollection<Slice<TRow, TResult>[]> _batches = [];
    private readonly Thread[] _threads;
    private double _secondsPerRow = 0.01;

    public BatchWorkers(
        Func<ReadOnlyMemory<TRow>, CancellationToken, TResult[]> score, BertServiceOptions options, ServiceMetrics.OfModel metrics)
    {
        _score = score;
        _metrics = metrics;
        _maxWait = options.MaxWait;
        _budget = (long)options.OpenedScoring.BatchTokens * CharactersPerToken * BatchesAtOnce;
        _free = new SemaphoreSlim(options.WorkerCount);
        _threads = [.. Enumerable.Range(1, options.WorkerCount).Select(number => new Thread(Work)
        {
            IsBackground = true,
            Name = $"BERT worker {number}",
        })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>How long so many rows take at about, in whole seconds from one to a minute.</summary>
    public TimeSpan TimeFor(int rows) =>
        TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(rows * Volatile.Read(ref _secondsPerRow)), 1, 60));

    /// <summary>Hands what waits to the workers, until the queue is closed and empty.</summary>
    public async Task DispatchAsync(ChannelReader<Slice<TRow, TResult>> queue)
    {
        while (await queue.WaitToReadAsync().ConfigureAwait(false))
        {
            await _free.WaitAsync().ConfigureAwait(false);
            List<Slice<TRow, TResult>> taken = await TakeAsync(queue).ConfigureAwait(false);
            if (taken.Count == 0)
            {
                _free.Release();
                continue;
            }
            int workers = 1;
            while (workers < taken.Count && _free.Wait(0))
                workers++;
            foreach (Slice<TRow, TResult>[] batch in Share(taken, workers))
                _batches.Add(batch);
        }
    }

    /// <summary>Lets the batches under way end, and the threads with them.</summary>
    public void Dispose()
    {
        _batches.CompleteAdding();
        foreach (Thread thread in _threads)
            thread.Join();
        _batches.Dispose();
        _free.Dispose();
    }

    /// <summary>
    /// Takes slices up to the budget of each free worker. Where there are fewer, it waits for more, until the first has waited long enough.
    /// </summary>
    private async Task<List<Slice<TRow, TResult>>> TakeAsync(ChannelReader<Slice<TRow, TResult>> queue)
    {
        var taken = new List<Slice<TRow, TResult>>();
        long budget = _budget * (1 + _free.CurrentCount);
        for (long cost = 0; ;)
        {
            while (cost < budget && queue.TryRead(out Slice<TRow, TResult>? slice))
            {
                if (slice.Cancellation.IsCancellationRequested)
                    continue;
                taken.Add(slice);
                cost += slice.Cost;
            }
            if (cost >= budget || taken.Count == 0)
                return taken;
            TimeSpan rest = _maxWait - Stopwatch.GetElapsedTime(taken[0].Queued);
            if (rest <= TimeSpan.Zero)
                return taken;
            using var timeout = new CancellationTokenSource(rest);
            try
            {
                if (!await queue.WaitToReadAsync(timeout.Token).ConfigureAwait(false))
                    return taken;
            }
            catch (OperationCanceledException)
            {
                return taken;
            }
        }
    }

    /// <summary>Divides slices among workers: as many characters each, those of like length together.</summary>
    private static IEnumerable<Slice<TRow, TResult>[]> Share(List<Slice<TRow, TResult>> slices, int workers)
    {
        slices.Sort((a, b) => (b.Cost / b.Rows.Length).CompareTo(a.Cost / a.Rows.Length));
        long rest = slices.Sum(slice => slice.Cost);
        int start = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            long share = rest / (workers - worker);
            // One slice is left for each worker that comes after.
            int most = slices.Count - (workers - worker - 1);
            int end = start + 1;
            long taken = slices[start].Cost;
            while (end < most && (worker == workers - 1 || taken + (slices[end].Cost / 2) <= share))
                taken += slices[end++].Cost;
            yield return [.. slices[start..end]];
            rest -= taken;
            start = end;
        }
    }

    private void Work()
    {
        foreach (Slice<TRow, TResult>[] batch in _batches.GetConsumingEnumerable())
        {
            try
            {
                Score(batch);
            }
            finally
            {
                _free.Release();
            }
        }
    }

    private void Score(Slice<TRow, TResult>[] batch)
    {
        long started = Stopwatch.GetTimestamp();
        TRow[] rows = new TRow[batch.Sum(slice => slice.Rows.Length)];
        int filled = 0;
        foreach (Slice<TRow, TResult> slice in batch)
        {
            slice.Rows.CopyTo(rows.AsMemory(filled));
            filled += slice.Rows.Length;
            _metrics.Waited(Stopwatch.GetElapsedTime(slice.Queued, started));
        }
        _metrics.BatchBegins(rows.Length);
        using var nobody = new NobodyLeft<TRow, TResult>(batch);
        try
        {
            TResult[] results = _score(rows, nobody.Cancellation);
            int start = 0;
            foreach (Slice<TRow, TResult> slice in batch)
            {
                slice.Complete(results[start..(start + slice.Rows.Length)]);
                start += slice.Rows.Length;
            }
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / rows.Length / _threads.Length;
            Volatile.Write(ref _secondsPerRow, ((1 - Smoothing) * _secondsPerRow) + (Smoothing * seconds));
        }
        catch (BertMLNetException) when (batch.Length > 1)
        {
            // One row's fault is not the others'.
            foreach (Slice<TRow, TResult> slice in batch)
                Score([slice]);
        }
        catch (Exception exception)
        {
            foreach (Slice<TRow, TResult> slice in batch)
                slice.Fail(exception);
        }
    }
}

/// <summary>Cancels a batch once nobody wants any of its slices.</summary>
internal sealed class NobodyLeft<TRow, TResult> : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration[] _registrations;
    private int _left;

    public NobodyLeft(Slice<TRow, TResult>[] batch)
    {
        _left = batch.Length;
        _registrations = Array.ConvertAll(
            batch, slice => slice.Cancellation.UnsafeRegister(static left => ((NobodyLeft<TRow, TResult>)left!).Leave(), this));
    }

    /// <summary>Says that nobody is left.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    public void Dispose()
    {
        // A registration's disposal waits for its callback, so none comes after the source's.
        foreach (CancellationTokenRegistration registration in _registrations)
            registration.Dispose();
        _cancellation.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _cancellation.Cancel();
    }
}
