using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>Batches across requests, with a scorer that doubles numbers when it is let.</summary>
public sealed class BatchingScorerTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<int[]> _batches = [];
    private readonly SemaphoreSlim _begun = new(0);
    private readonly ManualResetEventSlim _open = new(initialState: false);
    private BatchingScorer<int, int>? _scorer;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        // Whatever failed, a scorer's workers are to end.
        _open.Set();
        _scorer?.Dispose();
        _services.Dispose();
        _begun.Dispose();
    }

    [Fact]
    public async Task Requests_that_wait_share_a_batch_and_each_gets_its_own_results()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1 });
        Task<int> first = await BlockTheWorker(scorer);
        Task<int[]>[] waiting = [.. Enumerable.Range(1, 20).Select(i => scorer.ScoreAsync([10 * i, (10 * i) + 1], Stop))];
        _open.Set();
        Assert.Equal(0, await first);
        for (int i = 1; i <= 20; i++)
            Assert.Equal([20 * i, (20 * i) + 2], await waiting[i - 1]);
        Assert.Equal(40, Assert.Single(_batches.Skip(1)).Length);
    }

    [Fact]
    public async Task Free_workers_share_what_waits()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 2, MaxWait = TimeSpan.FromSeconds(20) }, cost: 400);
        // Enough to fill both workers' budgets, so that nothing is waited for.
        Task<int[]> both = scorer.ScoreAsync([.. Enumerable.Range(0, 64)], Stop);
        await _begun.WaitAsync(Stop);
        await _begun.WaitAsync(Stop);
        Assert.Equal(2, _batches.Count);
        _open.Set();
        Assert.Equal(Enumerable.Range(0, 64).Select(i => 2 * i), await both);
        Assert.All(_batches, batch => Assert.InRange(batch.Length, 1, 40));
    }

    [Fact]
    public async Task A_request_that_finds_no_room_is_told_when_to_come_again_and_has_no_effect()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1, MaxRequests = 3 });
        Task<int> first = await BlockTheWorker(scorer);
        Task<int>[] waiting = [scorer.ScoreAsync(1, Stop), scorer.ScoreAsync(2, Stop)];
        Assert.True(scorer.IsFull);
        BertQueueFullException full = await Assert.ThrowsAsync<BertQueueFullException>(() => scorer.ScoreAsync(3, Stop));
        Assert.InRange(full.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Throws<BertQueueFullException>(scorer.RefuseIfFull);
        _open.Set();
        await Task.WhenAll([first, .. waiting]);
        scorer.RefuseIfFull();
        Assert.Equal(8, await scorer.ScoreAsync(4, Stop));
        Assert.DoesNotContain(3, _batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task A_client_that_leaves_is_answered_at_once_and_its_rows_are_not_scored()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1 });
        Task<int> first = await BlockTheWorker(scorer);
        using var left = new CancellationTokenSource();
        Task<int> leaver = scorer.ScoreAsync(1, left.Token);
        Task<int> stayer = scorer.ScoreAsync(2, Stop);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        _open.Set();
        await first;
        Assert.Equal(4, await stayer);
        Assert.DoesNotContain(1, _batches.SelectMany(batch => batch));
        Assert.Equal(0, scorer.Requests);
    }

    [Fact]
    public async Task A_batch_that_nobody_waits_for_is_cancelled()
    {
        // The test does not go on on the worker's thread, for whose end it then waits.
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var scorer = new BatchingScorer<int, int>(
            (rows, stop) =>
            {
                begun.SetResult();
                stop.WaitHandle.WaitOne();
                cancelled.SetResult();
                stop.ThrowIfCancellationRequested();
                return [];
            },
            _ => 1, new BertServiceOptions { Workers = 1 }, Metrics());
        using var left = new CancellationTokenSource();
        Task<int> leaver = scorer.ScoreAsync(1, left.Token);
        await begun.Task.WaitAsync(Stop);
        await left.CancelAsync();
        await cancelled.Task.WaitAsync(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
    }

    [Fact]
    public async Task One_requests_bad_row_is_not_the_others_fault()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1 });
        Task<int> first = await BlockTheWorker(scorer);
        Task<int> good = scorer.ScoreAsync(5, Stop), bad = scorer.ScoreAsync(-1, Stop), better = scorer.ScoreAsync(6, Stop);
        _open.Set();
        await first;
        Assert.Equal(10, await good);
        Assert.Equal(12, await better);
        Assert.Contains("-1", (await Assert.ThrowsAsync<BertMLNetException>(() => bad)).Message);
    }

    [Fact]
    public async Task A_large_request_does_not_keep_a_small_one_waiting_to_its_end()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1 }, cost: 1000);
        Task<int> first = await BlockTheWorker(scorer);
        Task<int[]> large = scorer.ScoreAsync([.. Enumerable.Range(1, 2000)], Stop);
        Task<int> small = scorer.ScoreAsync(-2, Stop);
        _open.Set();
        Assert.Equal(-4, await small);
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => 2 * i), await large);
        await first;
        // Its place is behind the slices that waited before it, of which a request has a few at a time.
        int place = _batches.FindIndex(batch => batch.Contains(-2));
        Assert.InRange(_batches.Take(place).Sum(batch => batch.Length), 0, 200);
    }

    [Fact]
    public async Task Stopping_finishes_what_waits_and_refuses_the_rest()
    {
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 1 });
        Task<int> first = await BlockTheWorker(scorer);
        Task<int>[] waiting = [.. Enumerable.Range(1, 10).Select(i => scorer.ScoreAsync(i, Stop))];
        Assert.True(scorer.IsOpen);
        Task stopping = Task.Run(scorer.Dispose, CancellationToken.None);
        while (scorer.IsOpen)
            await Task.Delay(1, Stop);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scorer.ScoreAsync(1, Stop));
        Assert.False(stopping.IsCompleted);
        _open.Set();
        await stopping;
        await first;
        Assert.Equal(Enumerable.Range(1, 10).Select(i => 2 * i), await Task.WhenAll(waiting));
    }

    [Fact]
    public async Task Every_row_of_many_requests_from_many_threads_gets_its_own_result()
    {
        _open.Set();
        BatchingScorer<int, int> scorer = Scorer(new() { Workers = 3, MaxRequests = 64 });
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Stop }, async (i, stop) =>
        {
            int[] rows = [.. Enumerable.Range(i, 1 + (i % 90))];
            Assert.Equal(rows.Select(row => 2 * row), await scorer.ScoreAsync(rows, stop));
        });
        Assert.Equal(0, scorer.Requests);
    }

    [Fact]
    public async Task No_rows_have_no_results()
    {
        BatchingScorer<int, int> scorer = Scorer(new());
        Assert.Empty(await scorer.ScoreAsync([], Stop));
        Assert.Empty(_batches);
    }

    private ServiceMetrics.OfModel Metrics() => new ServiceMetrics(_services.GetRequiredService<IMeterFactory>()).For("numbers");

    /// <summary>Sends a row and waits until the worker has it and will not let go of it.</summary>
    private async Task<Task<int>> BlockTheWorker(BatchingScorer<int, int> scorer)
    {
        Task<int> first = scorer.ScoreAsync(0, Stop);
        await _begun.WaitAsync(Stop);
        return first;
    }

    private BatchingScorer<int, int> Scorer(BertServiceOptions options, long cost = 1) => _scorer = new(
        (rows, _) =>
        {
            int[] all = rows.ToArray();
            lock (_batches)
                _batches.Add(all);
            _begun.Release();
            _open.Wait(Stop);
            return Array.IndexOf(all, -1) >= 0 ? throw new BertMLNetException("the row -1 is bad.") : Array.ConvertAll(all, row => 2 * row);
        },
        _ => cost,
        options,
        Metrics());
}
