using System.Diagnostics;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>What may stand where scores are to be written, and who reads them.</summary>
public sealed class ScoreOutputTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_input_is_not_written_over()
    {
        string rows = _folder["rows.tsv"];
        File.Copy(model.Pairs, rows);
        CliRun run = await CliRun.Of("score", "--model", model.Path, "--input", rows, "--output", Path.Combine(_folder.Path, ".", "rows.tsv"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is the --input", run.Error);
        Assert.Equal(File.ReadAllText(model.Pairs), File.ReadAllText(rows));
    }

    [Fact]
    public async Task A_named_pipe_is_written_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files that are pipes are Unix's");
        string pipe = _folder["pipe"];
        using (Process made = Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Opening a pipe waits for the other end.
        Task<string[]> reading = Task.Run(() => File.ReadAllLines(pipe), TestContext.Current.CancellationToken);
        await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs, "--output", pipe);
        Assert.Equal(File.ReadLines(model.Pairs).Count() - 1, (await reading).Length);
        Assert.Equal(["pipe"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Work_ends_when_nobody_reads_its_results()
    {
        using var closed = new ClosedPipe();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(
            ["score", "--model", model.Path, "--input", model.Pairs],
            new CliTerminal { Input = Stream.Null, Output = closed, Error = error },
            TestContext.Current.CancellationToken);
        Assert.Equal(141, code);
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task An_unfinished_output_belongs_to_its_job()
    {
        string bad = _folder["bad.tsv"];
        File.WriteAllText(bad, "sentence1\tsentence2\n" + string.Concat(Enumerable.Repeat("a\tb\n", 400)) + "broken\n");
        string output = _folder["scores.jsonl"];
        string[] score = ["score", "--model", model.Path, "--output", output, "--input"];
        await CliRun.Fails([.. score, bad, "--resume"], "line 402");
        string kept = File.ReadAllText(output + ".partial");
        Assert.NotEmpty(kept);

        await CliRun.Fails([.. score, bad], "cut short", "--resume");
        await CliRun.Fails([.. score, model.Pairs, "--resume"], "another job", "values for --input;");
        await CliRun.Fails([.. score, bad, "--resume", "--max-length", "20"], "another job", "values for --max-length;");
        Assert.Equal(kept, File.ReadAllText(output + ".partial"));

        // Files are known by what they hold and not by their names, and how the work is done may change.
        File.Move(bad, _folder["moved.tsv"]);
        CliRun again = await CliRun.Fails([.. score, _folder["moved.tsv"], "--resume", "--threads", "1"], "line 402");
        Assert.Contains($"what is done is kept in {output}.partial", again.Error);
        Assert.StartsWith(kept, File.ReadAllText(output + ".partial"));
    }

    [Fact]
    public async Task Lines_of_another_model_are_not_gone_on_with_whoever_left_them()
    {
        string copy = TinyModel.Copy(model.Path, _folder["model"]);
        string output = _folder["scores.jsonl"];
        string[] score = ["score", "--model", copy, "--input", model.Pairs, "--output", output];

        // What is written before the first line, and what a job that is killed without --resume leaves.
        await CliRun.CancelledAtOnce([.. score, "--resume"]);
        File.WriteAllText(output + ".partial", "{\"stays\":1}\n");
        await CliRun.Fails(score, "cut short", "--resume");
        File.AppendAllText(Path.Combine(copy, "vocab.txt"), "another\n");
        await CliRun.Fails([.. score, "--resume"], "another job", "values for --model;");

        File.Delete(output + ".partial.job");
        await CliRun.Fails([.. score, "--resume"], "nothing says of which job");
        Assert.Equal("{\"stays\":1}\n", File.ReadAllText(output + ".partial"));
        File.WriteAllBytes(Path.Combine(copy, "vocab.txt"), File.ReadAllBytes(Path.Combine(model.Path, "vocab.txt")));
        await CliRun.Succeeds(score);
        Assert.Equal(48, File.ReadLines(output).Count());
        Assert.Equal(["scores.jsonl"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_killed_job_without_resume_leaves_what_it_is()
    {
        string output = _folder["scores.jsonl"];
        using CliProcess run = CliProcess.StartReading("score", "--model", model.Path, "--input", "-", "--output", output);
        // Its input does not end, and so it does not either.
        while (!File.Exists(output + ".partial.job"))
        {
            Assert.False(run.HasEnded);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.True(await run.Kill());
        Assert.Contains("--model ", File.ReadAllText(output + ".partial.job"));
        Assert.Contains("--input -", File.ReadAllText(output + ".partial.job"));
    }

    [Fact]
    public async Task A_full_disk_leaves_nothing_of_a_job_that_is_not_to_be_resumed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shell's limits are Linux's");
        string rows = _folder["rows.tsv"];
        File.WriteAllText(rows, "sentence1\tsentence2\n" + string.Concat(Enumerable.Repeat("a\tb\n", 2000)));
        Directory.CreateDirectory(_folder["out"]);
        using CliProcess limited = CliProcess.StartInShell(
            "trap '' XFSZ; ulimit -f 32; exec \"$@\"", "score", "--model", model.Path, "--input", rows, "--output", _folder["out/scores.jsonl"]);
        CliRun failed = await limited.End();
        Assert.True(failed.ExitCode == ExitCodes.Failed, failed.Error);
        Assert.True(failed.Error.Contains("error: ", StringComparison.Ordinal), failed.Error);
        Assert.DoesNotContain("defect", failed.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
    }

    [Fact]
    public async Task More_lines_than_rows_are_another_inputs()
    {
        string output = _folder["scores.jsonl"];
        string[] score = ["score", "--model", model.Path, "--input", model.Pairs, "--output", output, "--resume"];
        await CliRun.CancelledAtOnce(score);
        File.WriteAllText(output + ".partial", string.Concat(Enumerable.Repeat("{}\n", 49)));
        await CliRun.Fails(score, "49 rows", "only 48");
        Assert.False(File.Exists(output));
    }

    /// <summary>A pipe whose reader has gone.</summary>
    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe", 32);

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe", 32);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("Broken pipe", 32);
    }
}
