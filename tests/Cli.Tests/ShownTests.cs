using System.Text;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>What comes out of files is shown to people, and never obeyed by their terminals.</summary>
public sealed class ShownTests(TinyModel model) : IDisposable
{
    private const string Evil = "\u001b[2J\u009b1m";
    private const string Shown = @"\u001B[2J\u009B1m";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_of_tensors_are_shown()
    {
        SafetensorsWriter.Write(_folder["model.safetensors"], [($"a{Evil}", [2])], _ => new float[2]);
        CliRun run = await CliRun.Succeeds("inspect", _folder["model.safetensors"]);
        Assert.Contains($"a{Shown}", run.Output);
        Assert.DoesNotContain(run.Output, character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public async Task Labels_are_shown_in_tables_and_headers()
    {
        string copy = TinyModel.Copy(model.Path, _folder["model"]);
        string config = Path.Combine(copy, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"not_equivalent\"", "\"not\\u001b[2J\\u009b1m\"", StringComparison.Ordinal));
        File.WriteAllText(_folder["data.tsv"], $"sentence1\tsentence2\tlabel\na\tb\tnot{Evil}\na\tb\tequivalent\n", Encoding.UTF8);

        CliRun evaluated = await CliRun.Succeeds("evaluate", "--model", copy, "--data", _folder["data.tsv"]);
        await CliRun.Succeeds("score", "--model", copy, "--input", _folder["data.tsv"], "--output", _folder["out.tsv"]);

        Assert.Contains($"not{Shown}", evaluated.Output);
        Assert.DoesNotContain(evaluated.Output, character => char.IsControl(character) && character != '\n');
        Assert.StartsWith($"label\tscore_not{Shown}\tscore_equivalent", File.ReadAllText(_folder["out.tsv"]));
    }

    [Fact]
    public async Task An_error_is_as_long_as_a_line()
    {
        CliRun run = await CliRun.Of("inspect", _folder[new string('x', 90_000)]);
        Assert.Equal(1, run.ExitCode);
        Assert.InRange(run.Error.Length, 1, 1100);
        run = await CliRun.Of("train", "--epochs", new string('x', 90_000));
        Assert.All(run.Error.Split('\n'), line => Assert.InRange(line.Length, 0, 1100));
    }

    [Theory]
    [InlineData("BertForMultipleChoice")]
    [InlineData("BertForNextSentencePrediction")]
    public async Task A_class_that_is_not_scored_is_named(string name)
    {
        string copy = TinyModel.Copy(model.Path, _folder["model"]);
        Directory.Delete(Path.Combine(copy, "onnx"), recursive: true);
        string config = Path.Combine(copy, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("BertForSequenceClassification", name, StringComparison.Ordinal));
        await CliRun.Fails(
            ["score", "--model", copy, "--input", model.Pairs],
            name,
            "BertForSequenceClassification, BertForQuestionAnswering, BertForTokenClassification");
    }

    [Fact]
    public async Task A_token_without_an_embedding_is_one_error_in_every_command()
    {
        string copy = TinyModel.Copy(model.Path, _folder["model"]);
        File.Delete(Path.Combine(copy, "tokenizer.json"));
        int words = File.ReadAllLines(Path.Combine(copy, "vocab.txt")).Length;
        File.WriteAllText(Path.Combine(copy, "added_tokens.json"), $"{{\"<new>\": {words}}}");
        string[][] commands =
        [
            ["tokenize", "--model", copy, "a"],
            ["score", "--model", copy, "--input", model.Pairs],
            ["evaluate", "--model", copy, "--data", model.Pairs],
            ["import", "--from", copy, "--output", _folder["out"]],
            ["train", "--task", "pair", "--model", copy, "--train", model.Pairs, "--output", _folder["out"]],
            ["export", "--model", copy, "--embed-tokenizer", "--output", _folder["graph.onnx"]],
        ];
        var errors = new HashSet<string>();
        foreach (string[] command in commands)
            errors.Add((await CliRun.Fails(command, "<new>")).Error.Split('\n').Single(line => line.StartsWith("error: ", StringComparison.Ordinal)));
        Assert.Single(errors);
    }
}
