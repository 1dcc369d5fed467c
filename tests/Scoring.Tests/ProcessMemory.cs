using System.Diagnostics;

namespace BertMLNet.Tests;

/// <summary>What the process takes, native memory included.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident bytes once the garbage collector has done what it can.</summary>
    public static long AfterCollection()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Aggressive: pages that the collector keeps for later are given back, so that they do not count.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>
    /// The bytes that work leaves behind each time it is done. Allocators take memory in steps and keep some for later,
    /// whatever the work was; what leaks grows with every repetition, so that the smallest of their growths shows it.
    /// </summary>
    /// <param name="repetitions">How often the work is measured.</param>
    /// <param name="work">The work.</param>
    public static long LeftBehind(int repetitions, Action work)
    {
        long least = long.MaxValue;
        long before = AfterCollection();
        for (int i = 0; i < repetitions; i++)
        {
            work();
            long after = AfterCollection();
            least = Math.Min(least, after - before);
            before = after;
        }
        return least;
    }
}
