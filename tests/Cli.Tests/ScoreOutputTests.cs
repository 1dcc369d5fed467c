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
        await CliRun.Fails([.. score, model.Pairs, "--resume"], "another job", "bad.tsv", "pairs.tsv");
        await CliRun.Fails([.. score, bad, "--resume", "--max-length", "20"], "another job");
        Assert.Equal(kept, File.ReadAllText(output + ".partial"));

        // How the work is done may change.
        File.WriteAllText(bad, File.ReadAllText(bad).Replace("broken", "c\td", StringComparison.Ordinal));
        await CliRun.Succeeds([.. score, bad, "--resume", "--threads", "1"]);
        Assert.Equal(401, File.ReadLines(output).Count());
        Assert.Equal(["bad.tsv", "scores.jsonl"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task More_lines_than_rows_are_another_inputs()
    {
        string output = _folder["scores.jsonl"];
        File.WriteAllText(output + ".partial", string.Concat(Enumerable.Repeat("{}\n", 49)));
        await CliRun.Fails(["score", "--model", model.Path, "--input", model.Pairs, "--output", output, "--resume"], "49 rows", "only 48");
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
