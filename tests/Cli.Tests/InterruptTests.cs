using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Ctrl+C on the built command: exit code 130, and a checkpoint from which the run goes on as if nothing had been.</summary>
public sealed class InterruptTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_interrupted_training_leaves_a_checkpoint_and_goes_on_to_the_same_weights()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix sends them");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string[] train = [.. model.TrainArguments[..^2], "--epochs", "100", "--output"];

        using CliProcess process = CliProcess.Start([.. train, _folder["model"]]);
        process.WaitForError("Epoch 2 of", cancellation);
        process.Interrupt();
        CliRun interrupted = await process.End();

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Empty(interrupted.Output);
        Assert.EndsWith("cancelled", interrupted.Error);
        Assert.DoesNotContain("error", interrupted.Error);
        Assert.False(File.Exists(_folder["model/model.safetensors"]));
        string[] left = [.. Directory.EnumerateFiles(_folder["model/training"]).Select(file => Path.GetFileName(file)!)];
        Assert.Contains(left, file => file.StartsWith("state-", StringComparison.Ordinal));
        Assert.DoesNotContain(left, file => file.EndsWith(".tmp", StringComparison.Ordinal));

        await CliRun.Fails([.. train, _folder["model"]], "unfinished run", "option resume");
        CliRun resumed = await CliRun.Succeeds([.. train, _folder["model"], "--resume"]);
        Assert.Contains("Going on from update", resumed.Error);
        await CliRun.Succeeds([.. train, _folder["whole"]]);
        Assert.Equal(File.ReadAllBytes(_folder["whole/model.safetensors"]), File.ReadAllBytes(_folder["model/model.safetensors"]));
    }
}
