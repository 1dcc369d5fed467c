using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

public sealed class ScoreTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_row_gives_one_line_in_order_with_label_scores_and_logits()
    {
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs);
        string[][] rows = [.. File.ReadLines(model.Pairs).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(rows.Length, run.OutputLines.Length);

        using PairClassifier classifier = PairClassifier.Load(model.Path);
        for (int i = 0; i < rows.Length; i++)
        {
            PairPrediction expected = classifier.Score(rows[i][0], rows[i][1]);
            JsonElement line = JsonElement.Parse(run.OutputLines[i]);
            Assert.Equal(["label", "scores", "logits"], line.EnumerateObject().Select(property => property.Name));
            Assert.Equal(expected.Label, line.GetProperty("label").GetString());
            Assert.Equal(["not_equivalent", "equivalent"], line.GetProperty("scores").EnumerateObject().Select(property => property.Name));
            Assert.Equal(expected.Probabilities.Span[1], line.GetProperty("scores").GetProperty("equivalent").GetSingle(), 1e-5f);
            Assert.Equal(expected.Logits.Span[0], line.GetProperty("logits")[0].GetSingle(), 1e-5f);
        }
    }

    [Fact]
    public async Task Standard_input_and_output_make_a_filter_of_json_lines()
    {
        const string Rows = "{\"sentence1\":\"Anna met Boris.\",\"sentence2\":\"Boris met Anna.\"}\n{\"sentence2\":\"b\",\"sentence1\":\"a\"}\n";
        CliRun run = await CliRun.WithInput(Rows, "score", "--model", model.Path, "--input", "-", "--output", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.OutputLines.Length);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Single_sentences_csv_and_named_columns_are_read()
    {
        File.WriteAllText(_folder["single.csv"], "id,text\n1,\"Anna, Boris\"\n");
        // Nothing in this folder says that the model was trained on pairs.
        var open = new ModelFolder(TinyModel.Copy(model.Path, _folder["model"]));
        (open.LoadConfig() with { Classification = null }).Save(open.ConfigPath, Heads.Classes);
        CliRun run = await CliRun.Succeeds("score", "--model", open.FolderPath, "--input", _folder["single.csv"], "--sentence1", "text");
        using PairClassifier classifier = PairClassifier.Load(model.Path);
        Assert.Equal(
            classifier.Score("Anna, Boris").Logits.Span[0],
            JsonElement.Parse(Assert.Single(run.OutputLines)).GetProperty("logits")[0].GetSingle(),
            1e-5f);
    }

    [Fact]
    public async Task Rows_and_characters_are_bounded_where_it_is_asked_for()
    {
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs, "--max-rows", "5");
        Assert.Equal(5, run.OutputLines.Length);

        File.WriteAllText(_folder["long.tsv"], "sentence1\tsentence2\na\tb\naaaa\tb\n");
        await CliRun.Fails(["score", "--model", model.Path, "--input", _folder["long.tsv"], "--max-characters", "3"], "long.tsv, line 3", "4 characters", "accepted is 3");
    }

    [Fact]
    public async Task A_name_that_ends_in_tsv_gives_tsv()
    {
        await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs, "--output", _folder["scores.tsv"]);
        string[] lines = File.ReadAllLines(_folder["scores.tsv"]);
        Assert.Equal("label\tscore_not_equivalent\tscore_equivalent", lines[0]);
        Assert.Equal(File.ReadLines(model.Pairs).Count(), lines.Length);
        Assert.All(lines, line => Assert.Equal(3, line.Split('\t').Length));
        Assert.False(File.Exists(_folder["scores.tsv.partial"]));
    }

    [Theory]
    [InlineData("scores.jsonl")]
    [InlineData("scores.tsv")]
    public async Task A_resumed_job_goes_on_behind_the_last_whole_line(string name)
    {
        string output = _folder[name];
        string[] score = ["score", "--model", model.Path, "--input", model.Pairs, "--output", output];
        await CliRun.Succeeds(score);
        string[] lines = File.ReadAllLines(output);
        File.Delete(output);

        // What a killed job leaves: whole lines, here marked, and a torn one.
        string[] first = [.. lines.Take(10).Select((line, i) => i == 9 ? "a line that must stay" : line)];
        await CliRun.CancelledAtOnce([.. score, "--resume"]);
        File.WriteAllText(output + ".partial", string.Join('\n', first) + "\n" + lines[10][..5]);
        await CliRun.Succeeds([.. score, "--resume"]);
        string[] resumed = File.ReadAllLines(output);
        Assert.Equal(lines.Length, resumed.Length);
        Assert.Equal("a line that must stay", resumed[9]);
        Assert.Equal(Labels(lines[10..]), Labels(resumed[10..]));
        Assert.False(File.Exists(output + ".partial"));

        static IEnumerable<string> Labels(IEnumerable<string> lines) => lines.Select(line => line.Split(',', '\t')[0]);
    }

    [Fact]
    public async Task A_job_that_fails_leaves_no_output_and_with_resume_what_it_had_done()
    {
        File.WriteAllText(_folder["bad.tsv"], "sentence1\tsentence2\n" + string.Concat(Enumerable.Repeat("a\tb\n", 400)) + "broken\n");
        string[] score = ["score", "--model", model.Path, "--input", _folder["bad.tsv"], "--output", _folder["scores.jsonl"]];
        await CliRun.Fails(score, "line 402");
        Assert.Equal(["bad.tsv"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));

        await CliRun.Fails([.. score, "--resume"], "line 402");
        Assert.False(File.Exists(_folder["scores.jsonl"]));
        string[] kept = File.ReadAllLines(_folder["scores.jsonl.partial"]);
        Assert.NotEmpty(kept);
        Assert.All(kept, line => JsonElement.Parse(line));
    }

    [Fact]
    public async Task Bad_rows_that_are_skipped_keep_their_place_and_are_listed()
    {
        File.WriteAllText(_folder["bad.tsv"], "sentence1\tsentence2\nonly one\na\tb\nc\td\nonly one\nonly one\ne\tf\nonly one\n");
        await CliRun.Succeeds("score", "--model", model.Path, "--input", _folder["bad.tsv"], "--output", _folder["scores.jsonl"], "--on-error", "skip");
        string[] lines = File.ReadAllLines(_folder["scores.jsonl"]);
        Assert.Equal(
            ["error", "label", "label", "error", "error", "label", "error"],
            lines.Select(line => JsonElement.Parse(line).EnumerateObject().First().Name));
        string[] errors = File.ReadAllLines(_folder["scores.jsonl.errors.txt"]);
        Assert.Equal([2, 5, 6, 8], errors.Select(error => int.Parse(error.Split("line ")[1].Split(':')[0])));
    }
}
