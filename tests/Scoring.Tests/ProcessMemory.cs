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
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
