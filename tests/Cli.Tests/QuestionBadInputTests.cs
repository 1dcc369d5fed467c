using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>What may be wrong with questions.</summary>
public sealed class QuestionBadInputTests(TinyQuestionModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","answers":[]}]}]}]}""", "$.data[0].paragraphs[0].qas[0]: the field \"question\" is missing")]
    [InlineData("""{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[]},{"id":"1","question":"r","answers":[]}]}]}]}""", "qas[1]: the id '1' is that of an earlier")]
    [InlineData("""{"data":[{"paragraphs":[{"context":"c","qas":[""", "not valid JSON")]
    [InlineData("", "these are no questions")]
    public async Task Bad_files_are_refused_by_every_command_with_the_place(string json, string expected)
    {
        string data = Write("bad.json", json);
        await CliRun.Fails(["score", "--model", model.Path, "--input", data, "--output", _folder["answers.jsonl"]], "bad.json", expected);
        await CliRun.Fails(["evaluate", "--model", model.Path, "--data", data], "bad.json", expected);
        await CliRun.Fails(["train", "--task", "qa", "--model", model.Start, "--from-scratch", "--train", data, "--output", _folder["out"]], "bad.json", expected);
        Assert.False(File.Exists(_folder["answers.jsonl"]));
        Assert.False(File.Exists(Path.Combine(_folder["out"], "config.json")));
    }

    [Fact]
    public Task Evaluation_needs_the_right_answers() => CliRun.Fails(
        ["evaluate", "--model", model.Path, "--data", Write("unknown.jsonl", """{"question":"q","context":"c"}""")], "unknown.jsonl, line 1", "the field \"answers\" is missing");

    [Fact]
    public async Task Bad_questions_that_are_skipped_keep_their_place_and_are_listed()
    {
        string data = Write("bad.jsonl", """
            not json
            {"id":"a","question":"Who?","context":"Ann sang."}
            {"id":"b","question":"Who?"}
            {"id":"a","question":"Who?","context":"Bob sang."}
            {"id":"c","question":"Who?","context":"Bob sang."}
            [1]
            neither
            """);
        await CliRun.Succeeds("score", "--model", model.Path, "--input", data, "--output", _folder["answers.jsonl"], "--on-error", "skip");
        Assert.Equal(
            ["error", "id", "error", "error", "id", "error", "error"],
            File.ReadLines(_folder["answers.jsonl"]).Select(line => JsonElement.Parse(line).EnumerateObject().First().Name));
        string[] errors = File.ReadAllLines(_folder["answers.jsonl.errors.txt"]);
        Assert.Equal([1, 3, 4, 6, 7], errors.Select(error => int.Parse(error.Split("line ")[1].Split(':', ',')[0])));

        CliRun piped = await CliRun.WithInput(File.ReadAllText(data), "score", "--model", model.Path, "--input", "-", "--on-error", "skip");
        Assert.Equal(File.ReadLines(_folder["answers.jsonl"]).Count(), piped.OutputLines.Length);
    }

    [Fact]
    public async Task Bad_questions_and_paragraphs_of_squad_are_skipped_alone()
    {
        string data = Write("bad.json", """
            {"data":[{"paragraphs":[{"context":"Ann sang.","qas":[{"id":"a","question":"Who?"},{"id":"b"},7,{"id":"c","question":"Who?"}]},{"qas":[]},
            {"context":"Bob sang.","qas":[{"id":"d","question":"Who?"}]}]}]}
            """);
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", data, "--on-error", "skip");
        Assert.Equal(["id", "error", "error", "id", "error", "id"], run.OutputLines.Select(line => JsonElement.Parse(line).EnumerateObject().First().Name));
    }

    [Fact]
    public async Task Empty_and_huge_texts_are_answered()
    {
        string words = string.Join(' ', Enumerable.Repeat("the bridge is long .", (1 << 20) / 20));
        string[] rows =
        [
            Row("", "Ann sang."), Row("Who?", ""), Row(" \t\n", "Ann sang."), Row("Who?", " \u00A0\u3000 "), Row(words, "Ann sang."),
            Row("Who?", words[..(1 << 17)] + " Ann sang."), Row("Who?", new string('a', 1 << 20)),
        ];
        CliRun run = await CliRun.WithInput(string.Join('\n', rows), "score", "--model", model.Path, "--input", "-", "--null-threshold", "1e9");
        Assert.Equal(0, run.ExitCode);
        JsonElement[] answers = [.. run.OutputLines.Select(line => JsonElement.Parse(line))];
        Assert.Equal(rows.Length, answers.Length);
        Assert.All(answers[..4], answer => Assert.Equal(JsonValueKind.Null, answer.GetProperty("start").ValueKind));
        Assert.All(answers[4..], answer => Assert.NotEqual("", answer.GetProperty("answer").GetString()));

        static string Row(string question, string context) => JsonSerializer.Serialize(new { question, context });
    }

    [Fact]
    public async Task An_answer_that_does_not_stand_at_its_start_is_told_of_with_its_id_and_moved_on_request()
    {
        string data = Write("shifted.json", File.ReadAllText(model.Squad).Replace("\"answer_start\":", "\"answer_start\":1", StringComparison.Ordinal));
        string[] train = ["train", "--task", "qa", "--model", model.Start, "--from-scratch", "--train", data, "--epochs", "1", "--max-length", "100"];
        string id = model.Questions.First(example => example.Answers!.Count > 0).Id!;
        CliRun moved = await CliRun.Succeeds([.. train, "--fix-offsets", "--output", _folder["moved"]]);
        Assert.Contains($"question '{id}': answer_start", moved.Error);
        Assert.Contains("answers moved to where their text stands", moved.Error);
        CliRun left = await CliRun.Succeeds([.. train, "--output", _folder["left"]]);
        Assert.Contains("no answer of which stands on tokens", left.Error);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }
}
