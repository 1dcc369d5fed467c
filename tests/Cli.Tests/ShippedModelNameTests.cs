using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>The command knows the model that ships with it by name.</summary>
[Collection(nameof(CurrentFolder))]
public sealed class ShippedModelNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Model => ShippedModel.Folder;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_stands_for_the_model_wherever_one_is_taken()
    {
        string[] tokenize = ["tokenize", "The bridge was built of stone.", "--model"];
        Assert.Equal((await CliRun.Succeeds([.. tokenize, Model])).Output, (await CliRun.Succeeds([.. tokenize, ShippedModel.Name])).Output);
        Assert.Equal((await CliRun.Succeeds("inspect", Model)).Output, (await CliRun.Succeeds("inspect", ShippedModel.Name)).Output);

        await CliRun.Succeeds("import", "--from", ShippedModel.Name, "--output", _folder["imported"]);
        Assert.Equal(Heads.PreTraining.Architecture, new ModelFolder(_folder["imported"]).LoadConfig().Architecture);

        IEnumerable<string> rows = Enumerable.Range(0, 20).Select(i => $"a stone bridge\tthe river {i}\t{(i % 2 == 0 ? "yes" : "no")}");
        File.WriteAllLines(_folder["pairs.tsv"], rows.Prepend("sentence1\tsentence2\tlabel"));
        await CliRun.Succeeds(
            "train", "--task", "pair", "--model", ShippedModel.Name, "--train", _folder["pairs.tsv"], "--output", _folder["tuned"], "--epochs", "1");
        Assert.Equal(256, new ModelFolder(_folder["tuned"]).LoadConfig().HiddenSize);
    }

    [Theory]
    [InlineData("evaluate --data rows.tsv")]
    [InlineData("export --precision fp32")]
    [InlineData("score --input rows.tsv")]
    public async Task A_command_that_the_model_is_not_ready_for_says_so(string commandLine) =>
        await CliRun.Fails([.. commandLine.Split(' '), "--model", ShippedModel.Name], "fine-tune");

    [Theory]
    [InlineData("evaluate --model absent --data rows.tsv")]
    [InlineData("export --model absent")]
    [InlineData("inspect absent")]
    [InlineData("pretrain --model absent --text rows.txt --output pretrained")]
    [InlineData("score --model absent --input rows.tsv")]
    [InlineData("tokenize --model absent text")]
    [InlineData("train --task pair --model absent --train rows.tsv --output tuned")]
    public async Task Where_there_is_no_model_the_error_tells_the_name(string commandLine) =>
        await CliRun.Fails(
            commandLine.Split(' '), "absent: no such file or folder; the name 'bertmlnet-mini-en' is the model that ships with the command.");

    [Fact]
    public void What_lies_under_a_path_comes_before_the_name()
    {
        Assert.Equal(Model, ShippedModel.Resolve(ShippedModel.Name));
        Assert.Equal(_folder.Path, ShippedModel.Resolve(_folder.Path));
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder.Path;
            Directory.CreateDirectory(ShippedModel.Name);
            Assert.Equal(ShippedModel.Name, ShippedModel.Resolve(ShippedModel.Name));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Theory]
    [InlineData("train")]
    [InlineData("tokenize")]
    [InlineData("inspect")]
    public async Task Help_tells_it(string command)
    {
        string help = (await CliRun.Succeeds(command, "--help")).Output;
        string words = string.Join(' ', help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("'bertmlnet-mini-en' is the one that ships with the command", words, StringComparison.Ordinal);
    }
}
