using System.Globalization;

namespace BertMLNet.TestKit;

/// <summary>
/// Feeds damaged variants of a file to its reader. Each must end in a clean error or a correct load, in little memory.
/// BERTMLNET_MUTATIONS sets the number of variants a format, e.g. 10000.
/// </summary>
public static class DamageRun
{
    private const long MostMemory = 256 << 20;
    private const int LongestMessage = 2000;

    /// <summary>Runs variants, each with its own seed, in a folder that is empty for each.</summary>
    /// <typeparam name="TError">The only error that a reader may end in; its message is one line.</typeparam>
    /// <param name="variant">Writes a damaged file and reads it.</param>
    /// <param name="ordinary">The number of variants where none is asked for.</param>
    public static void Of<TError>(Action<Random, TemporaryFolder> variant, int ordinary = 300)
        where TError : Exception
    {
        using var folder = new TemporaryFolder();
        int variants = int.TryParse(Environment.GetEnvironmentVariable("BERTMLNET_MUTATIONS"), CultureInfo.InvariantCulture, out int asked) ? asked : ordinary;
        int errors = 0;
        for (int i = 0; i < variants; i++)
        {
            var random = new Random(i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                errors += IsClean<TError>(() => variant(random, folder)) ? 0 : 1;
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"variant {i}: {exception}");
            }
            long memory = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(memory < MostMemory, $"variant {i} took {memory} bytes");
            folder.Clear();
        }
        Assert.NotEqual(0, errors);
    }

    /// <summary>Whether the action succeeds; its only error may be the reader's own, of one line.</summary>
    public static bool IsClean<TError>(Action action)
        where TError : Exception
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            action();
            return true;
        }
        catch (TError exception) when (exception is not Xunit.Sdk.IAssertionException)
        {
            Assert.DoesNotContain('\n', exception.Message);
            Assert.InRange(exception.Message.Length, 1, LongestMessage);
            return false;
        }
    }
}
