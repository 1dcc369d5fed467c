using System.Globalization;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("train-vocab")]
    [InlineData("evaluate")]
    [InlineData("export")]
    [InlineData("score")]
    [InlineData("import")]
    [InlineData("inspect")]
    [InlineData("tokenize")]
    public async Task Every_command_is_listed_and_explains_itself(string command)
    {
        Assert.Contains($"  {command} ", (await CliRun.Succeeds("--help")).Output);
        Assert.Matches($@"Usage:\s+\S+ {command} ", (await CliRun.Succeeds(command, "--help")).Output);
    }

    [Theory]
    [InlineData]
    [InlineData("no-such-command")]
    [InlineData("score", "--model", "x")]
    [InlineData("score", "--model", "x", "--input", "y", "--no-such-option")]
    [InlineData("score", "--model", "x", "--input", "y", "--on-error", "maybe")]
    [InlineData("score", "--model", "x", "--input", "y", "--resume")]
    [InlineData("train", "--task", "poetry", "--model", "x", "--train", "y", "--output", "z")]
    [InlineData("train", "--task", "pair", "--model", "x", "--train", "y", "--output", "z", "--epochs", "three")]
    [InlineData("train-vocab", "--input", "x")]
    [InlineData("train-vocab", "--input", "x", "--output", "y", "--size", "0")]
    [InlineData("train-vocab", "--input", "x", "--input", "y", "--output", "z", "--weight", "2")]
    [InlineData("train-vocab", "--input", "x", "--output", "y", "--weight", "0")]
    [InlineData("tokenize", "--vocab", "x")]
    [InlineData("score", "--model", "", "--input", "y")]
    [InlineData("score", "--model", "x", "--input", "y", "--output", "")]
    [InlineData("train", "--task", "pair", "--model", "x", "--train", "", "--output", "z")]
    [InlineData("tokenize", "text")]
    [InlineData("tokenize", "text", "--model", "x", "--cased")]
    [InlineData("tokenize", "text", "--vocab", "tokenizer.json", "--cased")]
    [InlineData("pretrain", "--model", "x", "--text", "y", "--output", "z", "--sentence-part", "0.3")]
    public async Task Bad_usage_ends_with_2_and_points_to_help(params string[] arguments)
    {
        CliRun run = await CliRun.Of(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: ", run.Error);
        Assert.Contains("--help", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Bad_usage_is_a_line_that_names_the_option()
    {
        CliRun run = await CliRun.Of("score", "--model", "x", "--input", "y", "--on-error", "maybe");
        Assert.StartsWith("error: --on-error: Argument 'maybe' not recognized. Must be one of: 'fail' 'skip'", run.Error.Split('\n')[0]);
    }

    [Fact]
    public async Task Numbers_are_read_alike_in_every_culture()
    {
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        using var folder = new TemporaryFolder();
        await CliRun.Fails(
            ["pretrain", "--model", ShippedModel.Name, "--text", "y", "--output", folder["out"], "--mask-rate", "1.5"],
            "--mask-rate: 1.5 is out of range");
        Assert.Equal("de-DE", CultureInfo.CurrentCulture.Name);
    }

    [Fact]
    public async Task Verbose_adds_the_stack_trace_to_the_one_line()
    {
        CliRun run = await CliRun.Of("inspect", "no-such-file", "--verbose");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error: no-such-file: ", run.Error);
        Assert.Contains("   at BertMLNet.", run.Error);
    }

    [Fact]
    public async Task A_cancelled_command_ends_with_130()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var error = new StringWriter();
        var terminal = new CliTerminal { Input = Stream.Null, Output = Stream.Null, Error = error };
        using var folder = new TestKit.TemporaryFolder();
        File.WriteAllText(folder["vocab.txt"], "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
        Assert.Equal(130, await CommandLine.RunAsync(["tokenize", "--vocab", folder["vocab.txt"], "text"], terminal, cancelled.Token));
        Assert.Equal("cancelled", error.ToString().Trim());
    }

    [Fact]
    public async Task The_built_command_tells_its_version()
    {
        CliRun run = await CliProcess.Run("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^bertmlnet \d+\.\d+\.\d+\s*$", run.Output);
    }

    [Fact]
    public async Task The_built_command_fails_with_one_line_on_standard_error()
    {
        CliRun run = await CliProcess.Run("inspect", "no-such-file");
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal("error: no-such-file: no such file or folder; the name 'bertmlnet-mini-en' is the model that ships with the command.", run.Error);
    }
}
