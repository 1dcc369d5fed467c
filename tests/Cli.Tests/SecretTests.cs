using System.CommandLine;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>The one secret there is, a hub's token, is in no option, log or file; and nobody is told what was done.</summary>
public sealed class SecretTests(TinyModel model)
{
    private const string Token = "hf_SecretOfTheTest";

    [Fact]
    public void No_option_takes_a_secret()
    {
        var root = new BertMLNetCommand(new CliTerminal { Input = Stream.Null, Output = Stream.Null, Error = TextWriter.Null });
        string[] options = [.. root.Subcommands.SelectMany(command => command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)))];
        Assert.NotEmpty(options);
        // --batch-tokens and the like count tokens of text.
        Assert.DoesNotContain(options, option => option is "--token" or "--key" || option.Contains("password", StringComparison.Ordinal) || option.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Training_with_a_token_in_the_environment_writes_it_nowhere()
    {
        using var folder = new TemporaryFolder();
        using CliProcess run = CliProcess.StartInShell($"export HF_TOKEN={Token}; exec \"$@\"", [.. model.TrainArguments, "--verbose", "--output", folder["model"]]);
        CliRun ended = await run.End();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.DoesNotContain(Token, ended.Output + ended.Error, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder["model"], "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Token)) >= 0, file);
    }

    /// <summary>ONNX Runtime's telemetry, where a build has it, begins with files in the user's cache folder.</summary>
    [Fact]
    public async Task ONNX_Runtime_keeps_no_record_of_the_command()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "on Windows the system's settings decide");
        using var home = new TemporaryFolder();
        // Where CI is set, ONNX Runtime turns its telemetry off by itself.
        string elsewhere = $"unset CI TF_BUILD GITHUB_ACTIONS ORT_DISABLE_TELEMETRY XDG_CACHE_HOME; export HOME='{home.Path}'; exec \"$@\"";
        using CliProcess run = CliProcess.StartInShell(elsewhere, "score", "--model", model.Path, "--input", model.Pairs, "--output", "-");
        CliRun ended = await run.End();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(home.Path, "*", SearchOption.AllDirectories), entry => entry.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase));
    }
}
