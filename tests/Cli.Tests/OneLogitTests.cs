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
    [InlineData("regression", null, false)]
    [InlineData(null, null, true)]
    [InlineData("multi_label_classification", null, true)]
    [InlineData(null, ScoreActivation.Identity, false)]
    [InlineData("regression", ScoreActivation.Sigmoid, true)]
    public async Task One_number_a_row_is_scored_as_its_files_say_before_and_after_an_import(
        string? problem, ScoreActivation? activation, bool logistic)
    {
        string folder = Write(Heads.All.First(head => problem is null ? head == Heads.Classes : head.ProblemType == problem), activation);
        string[] scores = (await CliRun.Succeeds("score", "--model", folder, "--input", model.Pairs)).OutputLines;
        double[] written = [.. scores.Select(line => JsonElement.Parse(line).GetProperty("score").GetDouble())];

        Assert.Equal(scores.Select(Logit).Select(logit => logistic ? 1 / (1 + Math.Exp(-logit)) : logit), written, Close);
        Assert.True(written.Distinct().Count() > 10);

        await CliRun.Succeeds("import", "--from", folder, "--output", _folder["imported"]);
        Assert.Equal(activation, new ModelFolder(_folder["imported"]).LoadConfig().ScoreActivation);
        string[] again = (await CliRun.Succeeds("score", "--model", _folder["imported"], "--input", model.Pairs)).OutputLines;
        Assert.Equal(written, again.Select(line => JsonElement.Parse(line).GetProperty("score").GetDouble()), Close);

        await CliRun.Fails(
            ["evaluate", "--model", folder, "--data", model.Pairs], "pairs.tsv, line 2: the value '", "' is no number; expected one such as 3.5.");
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

        await CliRun.Fails(train, "scores.tsv", "the labels are scores, not classes: 4 different ones", "--problem value", "--labels-are-classes");
        await CliRun.Succeeds([.. train, "--labels-are-classes"]);
        Assert.Equal(["0.5", "1.5", "2.5", "3.5"], new ModelFolder(_folder["out"]).LoadConfig().Labels);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-5;

    private static double Logit(string line) => Assert.Single(JsonElement.Parse(line).GetProperty("logits").EnumerateArray()).GetDouble();

    private string Write(Head head, ScoreActivation? activation)
    {
        string folder = TinyModel.Copy(model.Start, _folder["start"]);
        BertConfig config = new ModelFolder(folder).LoadConfig() with
        {
            Labels = ["LABEL_0"],
            InitializerRange = 0.4f,
            ScoreActivation = activation,
        };
        new ModelFolder(folder).Save(ParameterSet.Initialize(config, head, seed: 7));
        return folder;
    }
}
