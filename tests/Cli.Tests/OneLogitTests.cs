using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Models that give one number a row: a score, or a value.</summary>
public sealed class OneLogitTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_number_a_row_is_scored_before_and_after_an_import_and_not_evaluated(bool value)
    {
        string folder = Write(value ? Heads.Value : Heads.Classes);
        string[] scores = (await CliRun.Succeeds("score", "--model", folder, "--input", model.Pairs)).OutputLines;
        double[] written = [.. scores.Select(line => Number(line, "scores"))];

        Assert.Equal(scores.Select(line => Number(line, "logits")).Select(logit => value ? logit : 1 / (1 + Math.Exp(-logit))), written, Close);
        Assert.True(written.Distinct().Count() > 10);

        await CliRun.Succeeds("import", "--from", folder, "--output", _folder["imported"]);
        Assert.Equal(value, new ModelFolder(_folder["imported"]).LoadConfig().GivesValues);
        string[] again = (await CliRun.Succeeds("score", "--model", _folder["imported"], "--input", model.Pairs)).OutputLines;
        Assert.Equal(written, again.Select(line => Number(line, "scores")), Close);

        await CliRun.Fails(
            ["evaluate", "--model", folder, "--data", model.Pairs], "pairs.tsv", value ? "gives values" : "gives one score", "a row");
    }

    [Fact]
    public async Task Labels_that_are_scores_are_not_trained_on_unless_it_is_asked_for()
    {
        string data = _folder["scores.tsv"];
        File.WriteAllText(data, "sentence1\tsentence2\tscore\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"a\tb\t{i % 4}.5\n")));
        string[] train =
        [
            "train", "--task", "pair", "--model", model.Start, "--from-scratch", "--train", data, "--label", "score", "--epochs", "1",
            "--output", _folder["out"],
        ];

        await CliRun.Fails(train, "scores.tsv", "the labels are scores, not classes: 4 different ones", "--labels-are-classes");
        await CliRun.Succeeds([.. train, "--labels-are-classes"]);
        Assert.Equal(["0.5", "1.5", "2.5", "3.5"], new ModelFolder(_folder["out"]).LoadConfig().Labels);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-5;

    private static double Number(string line, string name)
    {
        JsonElement numbers = JsonElement.Parse(line).GetProperty(name);
        return numbers.ValueKind == JsonValueKind.Array
            ? Assert.Single(numbers.EnumerateArray()).GetDouble()
            : Assert.Single(numbers.EnumerateObject()).Value.GetDouble();
    }

    private string Write(Head head)
    {
        string folder = TinyModel.Copy(model.Start, _folder["start"]);
        BertConfig config = new ModelFolder(folder).LoadConfig() with { Labels = ["LABEL_0"], InitializerRange = 0.4f };
        new ModelFolder(folder).Save(ParameterSet.Initialize(config, head, seed: 7));
        return folder;
    }
}
