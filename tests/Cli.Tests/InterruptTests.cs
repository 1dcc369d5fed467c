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
        await CliRun.Fails(train, "unfinished run", "option resume");
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

    private string[] TrainFor(string epochs, string output) =>
        [.. model.TrainArguments[..^2], "--epochs", epochs, "--output", _folder[output]];

    private void AssertCancelled(CliRun run)
    {
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.EndsWith("cancelled", run.Error.TrimEnd());
        Assert.DoesNotContain("error", run.Error);
        Assert.False(File.Exists(_folder["model/model.safetensors"]));
        string[] left = [.. Directory.EnumerateFiles(_folder["model/training"]).Select(file => Path.GetFileName(file)!)];
        Assert.Contains(left, file => file.StartsWith("state-", StringComparison.Ordinal));
        Assert.DoesNotContain(left, file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
