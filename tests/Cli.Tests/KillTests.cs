using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Real processes that are killed, kept from one another's folder, or run out of disk.</summary>
public sealed class KillTests(TinyModel model) : IDisposable
{
    private const int Kills = 20;

    /// <summary>What the command says when it begins to train.</summary>
    private const string Begins = "Training on ";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Eleven updates an epoch with a checkpoint after each.</summary>
    private string[] Train => TrainFor("3");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_killed_at_twenty_random_moments_ends_with_the_same_weights()
    {
        await TrainWholeAsync();
        byte[] expected = Weights("whole");
        int updates = LastUpdate("whole");
        var random = new Random(20);
        var reached = new HashSet<string>();
        int runs = 0;
        for (int kills = 0; kills < Kills;)
        {
            string output = $"run{runs}";
            int before = LastUpdate(output);
            using CliProcess run = CliProcess.Start([.. Train, "--output", _folder[output], "--resume"]);
            // Some moments while the command starts, most behind an update to come; behind the last of all the model is written.
            if (kills % 8 == 0)
                await Task.Delay(random.Next(300), Cancellation);
            else
                await UpdateAsync(run, output, before == updates ? int.MaxValue : Math.Min(before + random.Next(1, 9), updates));
            if (await run.Kill())
            {
                kills++;
                reached.Add(string.Join(' ', Checkpoints(output)));
                continue;
            }
            // It came to its end before its moment: the next kills are a new run's.
            Assert.Equal(expected, Weights(output));
            runs++;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{runs + 1} runs; checkpoints at the kills:\n{string.Join('\n', reached)}");
        Assert.True(reached.Count >= 3, "the kills came at different points of the runs");

        using CliProcess last = CliProcess.Start([.. Train, "--output", _folder[$"run{runs}"], "--resume"]);
        CliRun ended = await last.End();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.Equal(expected, Weights($"run{runs}"));
        Assert.Equal(Files("whole"), Files($"run{runs}"));
    }

    [Fact]
    public async Task A_second_run_into_a_folder_is_refused_with_the_first_ones_name()
    {
        string[] train = [.. TrainFor("100000"), "--output", _folder["out"]];
        using CliProcess first = CliProcess.Start(train);
        first.WaitForError(Begins, Cancellation);

        await CliRun.Fails(train, $"process {first.Id} on {Environment.MachineName}", "is writing into this folder");
        await CliRun.Fails([.. train, "--resume"], $"process {first.Id}");

        // A run that was killed holds the folder no longer.
        await UpdateAsync(first, "out", 1);
        Assert.True(await first.Kill());
        await CliRun.Fails(train, "holds an unfinished run");
    }

    [Theory]
    [InlineData("trap '' XFSZ; ulimit -f {0}; exec \"$@\"")] // no file may grow to a checkpoint's size
    [InlineData("unshare -rm bash -c 'mount -t tmpfs -o size={1}k tmpfs {2}; cp -a {3}/. {2}; \"$@\"; code=$?; cp -a {2}/. {3}; exit $code' bash \"$@\"")]
    public async Task A_disk_that_is_full_leaves_the_last_good_checkpoint(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shell's limits and private mounts are Linux's");
        bool mounts = script.StartsWith("unshare", StringComparison.Ordinal);
        if (mounts)
        {
            using Process probe = Process.Start("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", _folder.Path]);
            await probe.WaitForExitAsync(Cancellation);
            Assert.SkipUnless(probe.ExitCode == 0, "file systems cannot be mounted here, not even privately");
        }
        await TrainWholeAsync();
        // Each update of the first epoch has left a checkpoint.
        await CliRun.CancelledAt("Epoch 1 of", [.. Train, "--output", _folder["full"]]);
        string[] before = Checkpoints("full");
        long size = new FileInfo(Path.Combine(_folder["full"], "training", before[^1])).Length;
        long held = new DirectoryInfo(_folder["full"]).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

        // There is room for half a checkpoint.
        string disk = mounts ? "disk" : "full";
        Directory.CreateDirectory(_folder[disk]);
        script = string.Format(CultureInfo.InvariantCulture, script, size / 2 / 1024, (held + size / 2) / 1024, _folder["disk"], _folder["full"]);
        using CliProcess limited = CliProcess.StartInShell(script, [.. Train, "--output", _folder[disk], "--resume"]);
        CliRun failed = await limited.End();
        Assert.True(
            failed.ExitCode == ExitCodes.Failed && Regex.IsMatch(failed.Error, @"^error: \S+state-\d+\.ckpt: cannot be written: ", RegexOptions.Multiline),
            failed.Error);
        Assert.Equal(before, Checkpoints("full"));
        Assert.Empty(Directory.GetFiles(_folder["full"], "*.tmp", SearchOption.AllDirectories));

        await CliRun.Succeeds([.. Train, "--output", _folder["full"], "--resume"]);
        Assert.Equal(Weights("whole"), Weights("full"));
    }

    [Fact]
    public async Task Scoring_killed_on_the_way_goes_on_behind_the_last_whole_line()
    {
        string[][] pairs = [.. File.ReadLines(model.Pairs).Skip(1).Select(line => line.Split('\t'))];
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => pairs[i % pairs.Length]).Select(pair =>
            JsonSerializer.Serialize(new { sentence1 = pair[0], sentence2 = pair[1] }) + "\n"));
        string[] score = ["score", "--model", model.Path, "--input", "-", "--output"];
        CliRun all = await CliRun.WithInput(rows, [.. score, _folder["whole.jsonl"]]);
        Assert.True(all.ExitCode == 0, all.Error);
        string[] expected = File.ReadAllLines(_folder["whole.jsonl"]);

        string partial = _folder["killed.jsonl.partial"];
        using (CliProcess run = CliProcess.StartReading([.. score, _folder["killed.jsonl"], "--resume"]))
        {
            // Its input does not end, and so it does not either.
            Task writing = run.Input.WriteAsync(rows.AsMemory(), Cancellation);
            while (!File.Exists(partial) || new FileInfo(partial).Length == 0)
            {
                Assert.False(run.HasEnded);
                await Task.Delay(1, Cancellation);
            }
            Assert.True(await run.Kill());
            await writing.ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        Assert.False(File.Exists(_folder["killed.jsonl"]));
        long kept = new FileInfo(partial).Length;
        Assert.InRange(kept, 1, new FileInfo(_folder["whole.jsonl"]).Length - 1);
        byte[] first = File.ReadAllBytes(partial);

        CliRun resumed = await CliRun.WithInput(rows, [.. score, _folder["killed.jsonl"], "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        string[] lines = File.ReadAllLines(_folder["killed.jsonl"]);
        Assert.Equal(expected.Length, lines.Length);
        int whole = first.AsSpan().LastIndexOf((byte)'\n') + 1;
        Assert.True(File.ReadAllBytes(_folder["killed.jsonl"]).AsSpan().StartsWith(first.AsSpan(0, whole)), "what was written stays");
        for (int i = 0; i < lines.Length; i++)
        {
            // Rows share batches with others than before, so the last bits may differ.
            JsonElement wanted = JsonElement.Parse(expected[i]).GetProperty("logits");
            JsonElement found = JsonElement.Parse(lines[i]).GetProperty("logits");
            Assert.Equal(wanted[0].GetSingle(), found[0].GetSingle(), 1e-5f);
            Assert.Equal(wanted[1].GetSingle(), found[1].GetSingle(), 1e-5f);
        }
    }

    private string[] TrainFor(string epochs) =>
    [
        "train", "--task", "pair", "--model", model.Start, "--from-scratch", "--train", model.Pairs,
        "--epochs", epochs, "--batch-size", "4", "--checkpoint-minutes", "0",
    ];

    /// <summary>Trains without interruption into "whole".</summary>
    private Task<CliRun> TrainWholeAsync() => CliRun.Succeeds([.. Train, "--output", _folder["whole"]]);

    /// <summary>Waits until a run has left the checkpoint of an update, or has come to its end.</summary>
    private async Task UpdateAsync(CliProcess run, string output, int update)
    {
        while (!run.HasEnded && LastUpdate(output) < update)
            await Task.Delay(1, Cancellation);
    }

    private int LastUpdate(string output) =>
        Checkpoints(output).Select(name => int.Parse(name["state-".Length..^".ckpt".Length], CultureInfo.InvariantCulture))
            .DefaultIfEmpty(0).Max();

    private byte[] Weights(string output) => File.ReadAllBytes(Path.Combine(_folder[output], "model.safetensors"));

    private string[] Files(string output) =>
    [
        .. Directory.GetFiles(_folder[output], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder[output], path)).Order(StringComparer.Ordinal),
    ];

    private string[] Checkpoints(string output)
    {
        string folder = Path.Combine(_folder[output], "training");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "state-*.ckpt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
            : [];
    }
}
