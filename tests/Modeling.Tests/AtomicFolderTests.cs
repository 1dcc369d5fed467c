using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class AtomicFolderTests : IDisposable
{
    private static readonly string[] Old = ["a.txt: old a", "below/b.txt: old b", "gone.txt: old", "other.txt: kept"];
    private static readonly string[] New = ["a.txt: new", "below/b.txt: new", "c.txt: new", "deeper/down/d.txt: new", "other.txt: kept"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        AtomicFolder.BeforeStep.Value = null;
        _folder.Dispose();
    }

    [Fact]
    public void All_files_come_into_place_and_older_ones_are_replaced()
    {
        WriteOld();
        Put("out/.unfinished/a.txt", "left by a killed process");
        Put("out/.lock", "");

        WriteNew();

        Assert.Equal(New, Files("out"));
        Assert.Equal(5, Directory.GetFileSystemEntries(_folder["out"]).Length);
    }

    [Fact]
    public void Killed_at_any_step_the_folder_is_the_old_one_or_the_new_one_once_it_is_opened()
    {
        WriteOld();
        string[] states = StatesOf("out", "killed", () => WriteNew());
        // Three files moved out of the way, four moved into place, the journal before them and the end behind them.
        Assert.Equal(9, states.Length);
        foreach ((int i, string state) in states.Index())
        {
            string[] expected = i == 0 ? Old : New;
            CopyFolder(state, $"{state}-opened");
            // Who opens it may be killed, too.
            string[] again = StatesOf($"{state}-opened", $"{state}-again", () => AtomicFolder.Settle(_folder[$"{state}-opened"]));
            Assert.Equal(i == 0 ? 0 : 9 - i, again.Length);
            foreach (string opened in again)
                AtomicFolder.Settle(_folder[opened]);
            foreach (string opened in again.Append($"{state}-opened"))
                Assert.Equal(expected, Files(opened).Where(line => !line.StartsWith(".unfinished", StringComparison.Ordinal)));

            WriteNew(state, "newer");
            Assert.Equal(New.Select(line => line.Replace(": new", ": newer", StringComparison.Ordinal)), Files(state));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_writing_fails_the_folder_is_as_it_was(bool existed)
    {
        if (existed)
            Put("out/a.txt", "old");
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

    [Fact]
    public void Where_a_file_cannot_be_moved_the_older_ones_come_back_whether_or_not_it_is_killed_on_the_way_back()
    {
        WriteOld();
        int all = 0;
        AtomicFolder.BeforeStep.Value = _ => all++;
        CopyFolder("out", "counted");
        WriteNew("counted");
        // Neither the journal nor the end are moves.
        for (int bad = 2; bad < all; bad++)
        {
            int step = 0;
            var killed = new List<string>();
            AtomicFolder.BeforeStep.Value = _ =>
            {
                if (++step == bad)
                    throw new IOException("the file is in use");
                if (step > bad)
                {
                    killed.Add($"killed{bad}-{step}");
                    CopyFolder("out", killed[^1]);
                }
            };

            var exception = Assert.Throws<BertMLNetException>(() => WriteNew());

            Assert.Equal($"{_folder["out"]}: cannot be written: the file is in use", exception.Message);
            Assert.Equal(Old, Files("out"));
            Assert.Equal(4, Directory.GetFileSystemEntries(_folder["out"]).Length);
            AtomicFolder.BeforeStep.Value = null;
            Assert.NotEmpty(killed);
            foreach (string state in killed)
            {
                AtomicFolder.Settle(_folder[state]);
                Assert.Equal(New, Files(state));
            }
        }
    }

    [Fact]
    public void Files_that_can_be_moved_neither_on_nor_back_are_kept_until_they_can()
    {
        WriteOld();
        int step = 0;
        AtomicFolder.BeforeStep.Value = _ =>
        {
            if (++step > 3)
                throw new IOException("the disk is gone");
        };
        Assert.Throws<BertMLNetException>(() => WriteNew());
        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Settle(_folder["out"]));
        Assert.Contains("open it once where it may be written", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is gone", exception.Message, StringComparison.Ordinal);

        AtomicFolder.BeforeStep.Value = null;
        AtomicFolder.Settle(_folder["out"]);
        Assert.Equal(New, Files("out"));
    }

    [Fact]
    public async Task Two_writers_do_not_meet_and_a_reader_waits_for_the_one_that_moves_files()
    {
        WriteOld();
        using var moving = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var writer = new Thread(() =>
        {
            int step = 0;
            AtomicFolder.BeforeStep.Value = _ =>
            {
                if (++step != 3)
                    return;
                moving.Set();
                go.Wait();
            };
            WriteNew();
        });
        writer.Start();
        moving.Wait(TestContext.Current.CancellationToken);

        var exception = Assert.Throws<BertMLNetException>(() => WriteNew());
        Assert.Contains($"process {Environment.ProcessId} on", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("is writing into this folder; wait for it to end or choose another output.", exception.Message, StringComparison.Ordinal);

        Task<string[]> reader = Task.Run(() =>
        {
            AtomicFolder.Settle(_folder["out"]);
            return Files("out");
        });
        // A reader that does not wait is through long before that; one that does never is.
        Assert.NotSame(reader, await Task.WhenAny(reader, Task.Delay(100, TestContext.Current.CancellationToken)));
        go.Set();
        writer.Join();
        Assert.Equal(New, (await reader).Where(line => !line.StartsWith('.')));
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("link/secret.txt")]
    [InlineData("")]
    public void A_journal_from_elsewhere_moves_nothing_outside_its_folder(string name)
    {
        Put("out/a.txt", "a");
        Put("secret.txt", "secret");
        Put("elsewhere/secret.txt", "secret");
        Directory.CreateSymbolicLink(_folder["out/link"], _folder["elsewhere"]);
        string[] before = Files("");
        Put("out/.unfinished/.journal", JsonSerializer.Serialize(new { Written = Array.Empty<string>(), Removed = new[] { name } }));

        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Settle(_folder["out"]));

        Assert.Contains("lies outside the model folder", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files("").Where(line => !line.Contains(".journal", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Written\": null, \"Removed\": []}")]
    [InlineData("{\"Written\": [null], \"Removed\": []}")]
    public void A_damaged_journal_is_named(string text)
    {
        Put("out/.unfinished/.journal", text);
        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Settle(_folder["out"]));
        Assert.Contains(".journal: not a list of files; delete the folder that it is in", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_journal_moves_nothing_outside_its_folder_and_is_finished_or_refused_with_one_line()
    {
        byte[] good = JsonSerializer.SerializeToUtf8Bytes(new { Written = new[] { "a.txt", "below/b.txt" }, Removed = new[] { "c.txt", "below/d.txt" } });
        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            foreach (string name in new[] { "out/a.txt", "out/c.txt", "out/below/d.txt", "out/.unfinished/a.txt", "out/.unfinished/below/b.txt", "kept.txt" })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
                File.WriteAllText(folder[name], name);
            }
            File.WriteAllBytes(folder["out/.unfinished/.journal"], Mutation.Of(good, random));
            try
            {
                AtomicFolder.Settle(folder["out"]);
            }
            finally
            {
                Assert.Equal(["kept.txt", "out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
            }
        });
    }

    [Theory]
    [InlineData("kept/out")]
    [InlineData("kept/more/out")]
    public void Where_a_move_fails_no_folder_is_left(string name)
    {
        Put("kept/a.txt", "old");
        int step = 0;
        AtomicFolder.BeforeStep.Value = _ =>
        {
            if (++step == 2)
                throw new IOException("the disk is full");
        };

        Assert.Throws<BertMLNetException>(() => WriteNew(name));

        Assert.Equal(_folder["kept/a.txt"], Assert.Single(Directory.GetFileSystemEntries(_folder["kept"])));
    }

    [Fact]
    public void A_folder_that_has_a_files_name_is_found_before_the_first_move()
    {
        Directory.CreateDirectory(_folder["out/a.txt"]);
        var exception = Assert.Throws<BertMLNetException>(() => WriteNew());
        Assert.Equal($"{_folder["out/a.txt"]}: cannot be written: there is a folder of that name.", exception.Message);
        Assert.Equal(_folder["out/a.txt"], Assert.Single(Directory.GetFileSystemEntries(_folder["out"])));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        Put("file", "");
        var exception = Assert.Throws<BertMLNetException>(() => AtomicFolder.Write(_folder["file/out"], _ => Assert.Fail("there is nowhere to write to")));
        Assert.StartsWith($"{_folder["file/out"]}: cannot be written", exception.Message, StringComparison.Ordinal);
    }

    private void WriteOld()
    {
        Put("out/a.txt", "old a");
        Put("out/below/b.txt", "old b");
        Put("out/gone.txt", "old");
        Put("out/other.txt", "kept");
    }

    private void WriteNew(string folder = "out", string text = "new")
    {
        using AtomicFolder output = AtomicFolder.Open(_folder[folder]);
        output.Write(
            temporary =>
            {
                foreach (string name in new[] { "a.txt", "below/b.txt", "c.txt", "deeper/down/d.txt" })
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(temporary, name))!);
                    File.WriteAllText(Path.Combine(temporary, name), text);
                }
            },
            obsolete: ["gone.txt", "a.txt", "never.txt"]);
    }

    /// <summary>Copies of a folder as it is before each step of some work.</summary>
    private string[] StatesOf(string folder, string copies, Action work)
    {
        var states = new List<string>();
        AtomicFolder.BeforeStep.Value = _ =>
        {
            states.Add($"{copies}{states.Count}");
            CopyFolder(folder, states[^1]);
        };
        work();
        AtomicFolder.BeforeStep.Value = null;
        return [.. states];
    }

    private void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(_folder[from], "*", SearchOption.AllDirectories))
        {
            string text = file.EndsWith(".lock", StringComparison.Ordinal) ? "" : File.ReadAllText(file);
            Put(Path.Combine(to, Path.GetRelativePath(_folder[from], file)), text);
        }
    }

    private string[] Files(string folder) =>
    [
        .. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith(".lock", StringComparison.Ordinal))
            .Select(file => $"{Path.GetRelativePath(_folder[folder], file)}: {File.ReadAllText(file)}").Order(StringComparer.Ordinal),
    ];

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
