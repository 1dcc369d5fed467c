using System.Runtime.ExceptionServices;

namespace BertMLNet.Tokenization;

/// <summary>A loop on several threads that fails as an ordinary one does: with the first error, not a collection of them.</summary>
internal static class Concurrently
{
    /// <summary>
    /// Calls <paramref name="body"/> with 0 up to <paramref name="count"/>, on at most <paramref name="threads"/> threads,
    /// of which the caller's is one.
    /// </summary>
    public static void For(int count, int threads, Action<int> body, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (count <= 1 || threads == 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                body(i);
            }
            return;
        }

        // Parallel.For alone hands out ever longer runs of numbers, and one thread would end up with the last of them.
        int next = -1;
        void Work(int worker, ParallelLoopState state)
        {
            for (int i; !state.ShouldExitCurrentIteration && (i = Interlocked.Increment(ref next)) < count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                body(i);
            }
        }

        try
        {
            int workers = Math.Min(threads, count);
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, Work);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
