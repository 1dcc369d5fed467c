using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Values, relevance and several labels from the command line: train, evaluate, score, export and resume.</summary>
public sealed class ValueTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_value_is_learned_measured_scored_and_exported()
    {
        string data = Table("values.tsv", i => $"{i % 5}.5");
        await CliRun.Succeeds(Train("value", data));
        string json = File.ReadAllText(new ModelFolder(_folder["out"]).ConfigPath);
        Assert.Contains("\"problem_type\": \"regression\"", json, StringComparison.Ordinal);
        Assert.Contains("\"activation_fn\": \"torch.nn.modules.linear.Identity\"", json, StringComparison.Ordinal);

        JsonElement measured = Json((await CliRun.Succeeds("evaluate", "--model", _folder["out"], "--data", data, "--json")).OutputLines[0]);
        string[] lines = (await CliRun.Succeeds("score", "--model", _folder["out"], "--input", data)).OutputLines;
        double[] scores = [.. lines.Select(line => Json(line).GetProperty("score").GetDouble())];
        Assert.Equal(scores, lines.Select(line => Json(line).GetProperty("logits")[0].GetDouble()));
        Assert.Equal(scores.Select((score, i) => Math.Pow(score - (i % 5 + 0.5), 2)).Average(), measured.GetProperty("meanSquaredError").GetDouble(), 1e-5);
        Assert.Equal(["pearson", "spearman", "meanSquaredError", "count"], measured.EnumerateObject().Select(property => property.Name));
        // A new head begins at the mean, which one epoch of a tiny model does not leave.
        Assert.All(scores, score => Assert.InRange(score, 2, 3));

        await CliRun.Succeeds("score", "--model", _folder["out"], "--input", data, "--output", _folder["scores.tsv"]);
        string[] cells = File.ReadAllLines(_folder["scores.tsv"]);
        Assert.Equal("score", cells[0]);
        Assert.Equal(41, cells.Length);
        foreach (string precision in new[] { "fp32", "fp16", "int8" })
            await CliRun.Succeeds("export", "--model", _folder["out"], "--precision", precision, "--output", _folder[$"{precision}.onnx"], "--verify");
        Assert.Contains("Right and predicted values", File.ReadAllText(new ModelFolder(_folder["out"]).ReportPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relevance_is_learned_and_ranked_by_group()
    {
        string data = Table("relevance.tsv", i => i % 4 == 0 ? "1" : "0");
        await CliRun.Succeeds([.. Train("value", data), "--loss", "logistic", "--group", "group"]);
        BertConfig config = new ModelFolder(_folder["out"]).LoadConfig();
        Assert.Equal(Heads.Labels, config.Head);
        Assert.Equal(ScoreActivation.Sigmoid, config.ScoreActivation);

        JsonElement measured = Json(
            (await CliRun.Succeeds("evaluate", "--model", _folder["out"], "--data", data, "--group", "group", "--json")).OutputLines[0]);
        Assert.Equal(
            ["pearson", "spearman", "meanSquaredError", "averagePrecision", "mrr", "ndcg10", "count"],
            measured.EnumerateObject().Select(property => property.Name));
        // Ten groups of four rows with one that is right: at worst it is the last of each.
        Assert.InRange(measured.GetProperty("mrr").GetDouble(), 0.25, 1);
        string[] lines = (await CliRun.Succeeds("score", "--model", _folder["out"], "--input", data)).OutputLines;
        Assert.All(lines, line => Assert.Equal(
            1 / (1 + Math.Exp(-Json(line).GetProperty("logits")[0].GetDouble())), Json(line).GetProperty("score").GetDouble(), 1e-6));
        await CliRun.Succeeds("export", "--model", _folder["out"], "--embed-tokenizer", "--output", _folder["texts.onnx"], "--verify");
        Assert.Contains("Precision and recall", File.ReadAllText(new ModelFolder(_folder["out"]).ReportPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_labels_are_learned_and_given_by_the_thresholds_that_the_folder_keeps(bool perLabel)
    {
        string data = Table("labels.tsv", i => (i % 3) switch { 0 => "joy", 1 => "anger,joy", _ => "fear" });
        await CliRun.Succeeds([.. Train("labels", data), .. perLabel ? ["--threshold-per-label"] : Array.Empty<string>()]);
        BertConfig config = new ModelFolder(_folder["out"]).LoadConfig();
        Assert.Equal(Heads.Labels, config.Head);
        Assert.Equal(["anger", "fear", "joy"], config.Labels);
        IReadOnlyList<float> thresholds = config.Classification!.Thresholds!;
        Assert.Equal(perLabel ? 3 : 1, thresholds.Count);

        string[] lines = (await CliRun.Succeeds("score", "--model", _folder["out"], "--input", data)).OutputLines;
        foreach (JsonElement row in lines.Select(Json))
        {
            string[] given = [.. row.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!)];
            float[] scores = [.. row.GetProperty("scores").EnumerateObject().Select(score => score.Value.GetSingle())];
            Assert.Equal(row.GetProperty("logits").EnumerateArray().Select(logit => 1 / (1 + MathF.Exp(-logit.GetSingle()))), scores, (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(config.Labels.Where((_, i) => scores[i] >= thresholds[perLabel ? i : 0]), given);
        }
        JsonElement measured = Json((await CliRun.Succeeds("evaluate", "--model", _folder["out"], "--data", data, "--json")).OutputLines[0]);
        Assert.InRange(measured.GetProperty("microF1").GetDouble(), 0.3, 1);
        Assert.Equal(27, measured.GetProperty("labels").GetProperty("joy").GetProperty("rows").GetInt32());
        string text = (await CliRun.Succeeds("evaluate", "--model", _folder["out"], "--data", data)).Output;
        Assert.Contains("precision", text, StringComparison.Ordinal);
        await CliRun.Succeeds("export", "--model", _folder["out"], "--precision", "int8", "--output", _folder["int8.onnx"], "--verify");
    }

    [Theory]
    [InlineData("value", "2,5", "data.tsv, line 2: the value '2,5' is no number")]
    [InlineData("value", "NaN", "data.tsv, line 2: the value 'NaN' is no number")]
    [InlineData("value", "3", "data.tsv: every row has the value 3")]
    [InlineData("labels", "joy,,fear", "data.tsv, line 2: there is an empty label in 'joy,,fear'")]
    [InlineData("labels", "joy", "data.tsv: there is but the label 'joy'")]
    public async Task What_cannot_be_learned_is_one_line(string problem, string label, string message) =>
        await CliRun.Fails(Train(problem, Table("data.tsv", _ => label)), message);

    [Fact]
    public async Task A_label_must_be_in_the_list_and_relevance_be_0_or_1()
    {
        File.WriteAllText(_folder["names.txt"], "joy\nfear\n");
        string data = Table("data.tsv", i => i == 3 ? "1,envy" : "joy");
        await CliRun.Fails(
            [.. Train("labels", data), "--label-names", _folder["names.txt"]], "data.tsv, line 5: unknown label 'envy'; expected 'joy', 'fear'.");
        await CliRun.Fails(
            [.. Train("value", Table("grades.tsv", i => $"{i % 3}")), "--loss", "logistic"], "grades.tsv, line 4: the value is 2; expected 1 for");
    }

    [Theory]
    [InlineData("--group belongs to --problem value --loss logistic.", "--problem", "value", "--group", "group")]
    [InlineData("--loss belongs to --problem value.", "--loss", "logistic")]
    [InlineData("--balance-classes belongs to --problem classes.", "--problem", "labels", "--balance-classes")]
    [InlineData("--threshold-per-label belongs to --problem labels.", "--threshold-per-label")]
    public async Task An_option_of_another_problem_is_not_passed_over(string message, params string[] options)
    {
        CliRun run = await CliRun.Of([.. model.TrainArguments, "--output", _folder["out"], .. options]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static JsonElement Json(string line) => JsonElement.Parse(line);

    private string[] Train(string problem, string data) =>
    [
        "train", "--task", "pair", "--problem", problem, "--model", model.Start, "--from-scratch", "--train", data, "--epochs", "1",
        "--learning-rate", "1e-5", "--output", _folder["out"],
    ];

    private string Table(string name, Func<int, string> label)
    {
        File.WriteAllText(_folder[name], "sentence1\tsentence2\tgroup\tlabel\n" + string.Concat(
            Enumerable.Range(0, 40).Select(i => $"the box {i}\tthe cup {i * 7 % 11}\tq{i / 4}\t{label(i)}\n")));
        return _folder[name];
    }
}
