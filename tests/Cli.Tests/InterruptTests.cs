using System.Diagnostics;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Ctrl+C: exit code 130, and a checkpoint from which the run goes on as if nothing had been.</summary>
public sealed class InterruptTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_interrupted_command_ends_with_130_and_leaves_a_checkpoint()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix sends them");
        // So many epochs that none but the signal ends them.
        string[] train = TrainFor("1000000", "model");

        using CliProcess process = CliProcess.Start(train);
        process.WaitForError("Epoch 2 of", TestContext.Current.CancellationToken);
        process.Interrupt();

        AssertCancelled(await process.End());
        await CliRun.Fails(train, "unfinished run", "go on with it (--resume)");
    }

    [Fact]
    public async Task An_interrupted_training_goes_on_to_the_same_weights()
    {
        string[] train = TrainFor("5", "model");

        AssertCancelled(await CliRun.CancelledAt("Epoch 2 of", train));

        CliRun resumed = await CliRun.Succeeds([.. train, "--resume"]);
        Assert.Contains("Going on from update", resumed.Error);
        await CliRun.Succeeds(TrainFor("5", "whole"));
        Assert.Equal(File.ReadAllBytes(_folder["whole/model.safetensors"]), File.ReadAllBytes(_folder["model/model.safetensors"]));
    }

    [Theory]
    [InlineData("score")]
    [InlineData("tokenize")]
    public async Task The_first_signal_ends_a_command_that_waits_for_who_writes_into_a_named_pipe(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files that are pipes are Unix's");
        string pipe = _folder["pipe.tsv"];
        using (Process made = Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        using CliProcess process = CliProcess.Start(command, "--model", model.Path, "--input", pipe, "--verbose");

        // Opened, and nothing written: to open the other end waits for the command's.
        using (FileStream writer = await Task.Run(
            () => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
            TestContext.Current.CancellationToken))
        {
            process.Interrupt();
            CliRun run = await process.End();
            Assert.True(run.ExitCode == 130, run.Error);
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(52)]
    [InlineData(64)]
    public async Task Too_few_file_handles_end_in_one_line(int handles)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell's limits are Unix's");
        using CliProcess process = CliProcess.StartInShell($"ulimit -n {handles}; exec \"$@\"", "tokenize", "--model", model.Path, "text");
        CliRun run = await process.End();
        // How many the runtime itself needs at once differs from run to run; without them it aborts (SIGABRT), and no code of ours is asked.
        Assert.SkipWhen(run.ExitCode == 134, "the .NET runtime itself found no handle left");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ulimit -n", Assert.Single(run.Error.Trim().Split('\n')));
    }

    [Fact]
    public async Task A_standard_input_that_is_closed_is_said_to_be()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux shows what stands where standard input would");
        using CliProcess process = CliProcess.StartInShell("exec \"$@\" <&-", "tokenize", "--model", model.Path, "--input", "-");
        CliRun run = await process.End();
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("error: standard input is closed; give it a file ('< FILE') or a pipe, or name the file.", run.Error.Trim());
    }

    [Fact]
    public async Task The_first_signal_ends_a_command_that_waits_for_its_input()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix sends them");
        string output = _folder["scores.jsonl"];
        using CliProcess process = CliProcess.StartReading("score", "--model", model.Path, "--input", "-", "--output", output);
        // What is written before the first row is read.
        while (!File.Exists(output + ".partial.job"))
        {
            Assert.False(process.HasEnded);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        process.Interrupt();

        CliRun run = await process.End();
        Assert.True(run.ExitCode == 130, run.Error);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_line_without_an_end_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero");
        await CliRun.Fails(["tokenize", "--model", model.Path, "--input", "/dev/zero"], "/dev/zero, line 1: no end of the line in");
        await CliRun.Fails(["tokenize", "--model", model.Path, "--input", "/dev/zero", "--format", "tsv"], "/dev/zero, line 1: no end of the line in");
    }

    private string[] TrainFor(string epochs, string output) =>
        [.. model.TrainArguments[..^2], "--epochs", epochs, "--output", _folder[output]];

    private void AssertCancelled(CliRun run)
    {
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.EndsWith("cancelled; the same command with --resume goes on from the last checkpoint", run.Error.TrimEnd());
        Assert.DoesNotContain("error", run.Error);
        Assert.False(File.Exists(_folder["model/model.safetensors"]));
        string[] left = [.. Directory.EnumerateFiles(_folder["model/training"]).Select(file => Path.GetFileName(file)!)];
        Assert.Contains(left, file => file.StartsWith("state-", StringComparison.Ordinal));
        Assert.DoesNotContain(left, file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
