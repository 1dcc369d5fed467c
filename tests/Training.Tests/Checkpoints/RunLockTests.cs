using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_run_is_refused_with_the_first_ones_name()
    {
        using (RunLock.Acquire(_folder["training"]))
        {
            var exception = Assert.Throws<BertMLNetException>(() => RunLock.Acquire(_folder["training"]));
            Assert.Contains(
                $"process {Environment.ProcessId} on {Environment.MachineName}, started 2", exception.Message, StringComparison.Ordinal);
        }

        RunLock.Acquire(_folder["training"]).Dispose();
    }

    [Fact]
    public void A_lock_leaves_nothing_behind_but_what_others_made()
    {
        RunLock.Acquire(_folder["a/training"]).Dispose();
        Assert.False(Directory.Exists(_folder["a"]));

        using (RunLock.Acquire(_folder["b/training"]))
            File.WriteAllText(_folder["b/config.json"], "{}");
        Assert.Equal([_folder["b/config.json"]], Directory.GetFileSystemEntries(_folder["b"]));

        Directory.CreateDirectory(_folder["c"]);
        RunLock.Acquire(_folder["c/training"]).Dispose();
        Assert.True(Directory.Exists(_folder["c"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        File.WriteAllText(_folder["file"], "");

        Assert.Contains(
            "cannot be written", Assert.Throws<BertMLNetException>(() => RunLock.Acquire(Path.Combine(_folder["file"], "training"))).Message, StringComparison.Ordinal);
    }
}
