using BertMLNet.Scoring;

namespace BertMLNet.Tests;

public sealed class ScoringStreamTests
{
    [Fact]
    public async Task Who_leaves_a_stream_stops_the_window_under_way()
    {
        using var started = new SemaphoreSlim(0);
        bool? stopped = null;
        int[] Score(ReadOnlyMemory<int> rows, CancellationToken cancellationToken)
        {
            if (rows.Span[0] > 0)
            {
                started.Release();
                stopped = cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            }
            return rows.ToArray();
        }

        IAsyncEnumerable<int> results = new StreamWindows(1, 1).RunAsync<int, int>(
            Enumerable.Range(0, 10).ToAsyncEnumerable(), Score, _ => 1, TestContext.Current.CancellationToken);
        await foreach (int result in results)
        {
            Assert.Equal(0, result);
            await started.WaitAsync(TestContext.Current.CancellationToken);
            break;
        }
        Assert.True(stopped);
    }
}
