namespace BertMLNet.Tokenization.Tests;

public sealed class ConcurrentlyTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(1000, 1)]
    [InlineData(1000, 4)]
    public void Every_number_comes_once(int count, int threads)
    {
        int[] calls = new int[count];
        Concurrently.For(count, threads, i => Interlocked.Increment(ref calls[i]), TestContext.Current.CancellationToken);
        Assert.All(calls, called => Assert.Equal(1, called));
    }

    [Fact]
    public void As_many_run_at_once_as_there_are_threads()
    {
        using var barrier = new Barrier(3);
        Concurrently.For(6, 3, _ => Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)), default);
        Assert.Equal(2, barrier.CurrentPhaseNumber);
    }

    [Fact]
    public void On_one_thread_the_numbers_come_in_order()
    {
        var numbers = new List<int>();
        Concurrently.For(5, 1, numbers.Add, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 3, 4], numbers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_first_error_ends_the_loop_as_itself(int threads)
    {
        int calls = 0;
        void Fail(int number)
        {
            Interlocked.Increment(ref calls);
            throw new FormatException("this one");
        }

        Assert.Equal("this one", Assert.Throws<FormatException>(() => Concurrently.For(100, threads, Fail, TestContext.Current.CancellationToken)).Message);
        Assert.InRange(calls, 1, threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancellation_ends_the_loop(int threads)
    {
        using var cancellation = new CancellationTokenSource();
        int calls = 0;
        void Cancel(int number)
        {
            Interlocked.Increment(ref calls);
            cancellation.Cancel();
        }

        Assert.ThrowsAny<OperationCanceledException>(() => Concurrently.For(100, threads, Cancel, cancellation.Token));
        Assert.InRange(calls, 1, threads);
    }
}
