using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_files_come_into_place_and_older_ones_are_replaced()
    {
        Write("out/a.txt", "old");
        Write("out/other.txt", "kept");
        Write("out/.unfinished-1/a.txt", "left by a killed run");

        AtomicFolder.Write(_folder["out"], temporary =>
        {
            Assert.Equal("old", File.ReadAllText(_folder["out/a.txt"]));
            File.WriteAllText(Path.Combine(temporary, "a.txt"), "new");
            Directory.CreateDirectory(Path.Combine(temporary, "below"));
            File.WriteAllText(Path.Combine(temporary, "below", "b.txt"), "b");
        });

        Assert.Equal("new", File.ReadAllText(_folder["out/a.txt"]));
        Assert.Equal("b", File.ReadAllText(_folder["out/below/b.txt"]));
        Assert.Equal("kept", File.ReadAllText(_folder["out/other.txt"]));
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder["out"]).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_writing_fails_the_folder_is_as_it_was(bool existed)
    {
        if (existed)
            Write("out/a.txt", "old");
        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(_folder["out"], temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a.txt"), "new");
            throw new BertMLNetException($"{Path.Combine(temporary, "b.txt")}: wrong.");
        }));

        Assert.Equal($"{_folder["out/b.txt"]}: wrong.", exception.Message);
        Assert.Equal(existed, Directory.Exists(_folder["out"]));
        if (existed)
            Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder["out"]))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Where_a_file_cannot_be_moved_the_older_ones_come_back(int bad)
    {
        Write("out/a.txt", "old a");
        Write("out/below/b.txt", "old b");
        int moves = 0;

        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(
            _folder["out"],
            temporary =>
            {
                Directory.CreateDirectory(Path.Combine(temporary, "below"));
                foreach (string name in new[] { "a.txt", "below/b.txt", "c.txt" })
                    File.WriteAllText(Path.Combine(temporary, name), "new");
            },
            (from, to) =>
            {
                if (++moves == bad)
                    throw new IOException("the file is in use");
                File.Move(from, to);
            }));

        Assert.Equal($"{_folder["out"]}: cannot be written: the file is in use", exception.Message);
        Assert.Equal("old a", File.ReadAllText(_folder["out/a.txt"]));
        Assert.Equal("old b", File.ReadAllText(_folder["out/below/b.txt"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder["out"]).Length);
    }

    [Fact]
    public void Older_files_that_cannot_be_put_back_are_kept_and_named()
    {
        Write("out/a.txt", "old a");

        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(
            _folder["out"],
            temporary => File.WriteAllText(Path.Combine(temporary, "a.txt"), "new"),
            (from, to) =>
            {
                if (File.ReadAllText(from) == "new")
                {
                    Directory.CreateDirectory(to);
                    throw new IOException("no");
                }
                File.Move(from, to);
            }));

        string kept = exception.Message.Split(" are in ")[1];
        Assert.Equal("old a", File.ReadAllText(Path.Combine(kept, "a.txt")));

        // Where the folder that was in the way is gone, the next write puts the file back, whether it succeeds or not.
        Directory.Delete(_folder["out/a.txt"]);
        Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(_folder["out"], _ => throw new BertMLNetException("wrong.")));
        Assert.Equal("old a", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder["out"]))));
    }

    [Fact]
    public void What_a_killed_run_had_taken_away_comes_back()
    {
        Write("out/.unfinished-1/.replaced/below/b.txt", "old b");
        Write("out/.unfinished-1/below/b.txt", "new b");

        AtomicFolder.Write(_folder["out"], temporary => File.WriteAllText(Path.Combine(temporary, "a.txt"), "a"));

        Assert.Equal("old b", File.ReadAllText(_folder["out/below/b.txt"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder["out"]).Length);
    }

    [Fact]
    public void What_a_killed_run_had_replaced_is_kept_and_named()
    {
        Write("out/a.txt", "new a");
        Write("out/.unfinished-1/.replaced/a.txt", "old a");
        Write("out/.unfinished-1/b.txt", "new b");

        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(_folder["out"], _ => Assert.Fail("nothing may be written")));

        Assert.Contains(_folder["out/.unfinished-1/.replaced"], exception.Message, StringComparison.Ordinal);
        Assert.Equal("old a", File.ReadAllText(_folder["out/.unfinished-1/.replaced/a.txt"]));

        // Without a new file left the run had come to its end.
        File.Delete(_folder["out/.unfinished-1/b.txt"]);
        AtomicFolder.Write(_folder["out"], _ => { });
        Assert.Equal("new a", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder["out"]))));
    }

    [Theory]
    [InlineData("kept/out")]
    [InlineData("kept/more/out")]
    public void Where_a_move_fails_no_folder_is_left(string name)
    {
        Write("kept/a.txt", "old");

        Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(
            _folder[name],
            temporary =>
            {
                Directory.CreateDirectory(Path.Combine(temporary, "below", "deeper"));
                File.WriteAllText(Path.Combine(temporary, "below", "deeper", "b.txt"), "new");
            },
            (_, _) => throw new IOException("the disk is full")));

        Assert.Equal(_folder["kept/a.txt"], Assert.Single(Directory.GetFileSystemEntries(_folder["kept"])));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        Write("file", "");
        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(_folder["file/out"], _ => Assert.Fail("there is nowhere to write to")));
        Assert.StartsWith($"{_folder["file/out"]}: cannot be written", exception.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
