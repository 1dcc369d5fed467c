using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_writer_is_refused_with_the_first_ones_name()
    {
        using (FolderLock.Acquire(_folder["out"]))
        {
            var exception = Assert.Throws<BertMLNetException>(() => FolderLock.Acquire(_folder["out"]));
            Assert.StartsWith(
                $"{_folder["out"]}: process {Environment.ProcessId} on {Environment.MachineName}, started 2", exception.Message, StringComparison.Ordinal);
        }

        FolderLock.Acquire(_folder["out"]).Dispose();
    }

    [Fact]
    public void A_lock_leaves_nothing_behind_but_what_others_made()
    {
        FolderLock.Acquire(_folder["a/out"]).Dispose();
        Assert.False(Directory.Exists(_folder["a"]));

        using (FolderLock.Acquire(_folder["b/out"]))
            File.WriteAllText(_folder["b/config.json"], "{}");
        Assert.Equal([_folder["b/config.json"]], Directory.GetFileSystemEntries(_folder["b"]));

        Directory.CreateDirectory(_folder["c"]);
        FolderLock.Acquire(_folder["c/out"]).Dispose();
        Assert.True(Directory.Exists(_folder["c"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        File.WriteAllText(_folder["file"], "");

        var exception = Assert.Throws<BertMLNetException>(() => FolderLock.Acquire(Path.Combine(_folder["file"], "out")));
        Assert.Contains("cannot be written", exception.Message, StringComparison.Ordinal);
    }
}
