using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

/// <summary>The commands on a question answering model, when all is well.</summary>
public sealed class QuestionCommandTests(TinyQuestionModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_writes_a_whole_model_folder()
    {
        string[] expected =
        [
            "README.md", "config.json", "model.safetensors", "onnx/model.onnx", "onnx/model_optimized.onnx", "special_tokens_map.json",
            "tokenizer.json", "tokenizer_config.json", "training/metrics.json", "training/report.html", "vocab.txt",
        ];
        Assert.All(expected, file => Assert.True(File.Exists(Path.Combine(model.Path, file)), file));
        JsonElement metrics = Metrics();
        Assert.Equal("qa", metrics.GetProperty("task").GetString());
        Assert.InRange(metrics.GetProperty("best").GetProperty("f1").GetDouble(), 0, 1);
        Assert.StartsWith("bertmlnet train --task qa", metrics.GetProperty("command").GetString());
    }

    [Fact]
    public void The_model_keeps_how_it_was_trained_to_see_passages_and_its_best_null_threshold()
    {
        BertConfig config = ModelFolder.Open(model.Path).LoadConfig();
        Assert.Equal(Heads.Questions, config.Head);
        QuestionAnsweringOptions settings = config.Answering!;
        Assert.Equal((80, 16, 64, 30), (settings.MaxLength, settings.DocStride, settings.MaxQuestionLength, settings.MaxAnswerLength));
        // Some validation questions have no answer: where all have one the threshold stays 0.
        Assert.NotEqual(0, settings.NullThreshold);
        Assert.Equal(Metrics().GetProperty("best").GetProperty("bestF1Threshold").GetDouble(), settings.NullThreshold);

        using QuestionAnswerer answerer = QuestionAnswerer.Load(model.Path);
        Assert.Equal(settings.NullThreshold, answerer.Options.NullThreshold);
        QuestionExample longest = model.Questions.MaxBy(example => example.Context.Length)!;
        (EncodedQuestion question, _) = answerer.Score(new(longest.Question, longest.Context));
        Assert.True(question.Windows.Length > 1, "the longest passage does not fit a window");
        Assert.Equal(80, question.LengthOf(0));
    }

    [Theory]
    [InlineData("qa", "--metric", "f1", "pair")]
    [InlineData("pair", "--doc-stride", "10", "qa")]
    public async Task An_option_of_another_task_is_refused(string task, string option, string value, string owner)
    {
        CliRun run = await CliRun.Of("train", "--task", task, "--model", model.Start, "--train", model.Squad, "--output", "none", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} belongs to --task {owner}", run.Error);
    }

    [Theory]
    [InlineData("score", "--input", "--sentence1")]
    [InlineData("evaluate", "--data", "--label")]
    public async Task An_option_for_pairs_is_refused_with_a_model_for_questions(string command, string input, string option)
    {
        CliRun run = await CliRun.Of(command, "--model", model.Path, input, model.Squad, option, "x");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} is for models that classify", run.Error);
    }

    [Fact]
    public async Task A_threshold_counts_where_every_question_has_an_answer_too()
    {
        SquadWriter.Write(_folder["answerable.json"], [.. model.Questions.Where(example => example.Answers!.Count > 0)], "Answerable");
        CliRun run = await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", _folder["answerable.json"], "--null-threshold", "-1e9", "--json");
        Assert.Equal(0, JsonElement.Parse(run.Output).GetProperty("exactMatch").GetDouble());
    }

    [Fact]
    public async Task Candidates_are_refused_where_there_is_no_room_for_them()
    {
        CliRun run = await CliRun.Of("score", "--model", model.Path, "--input", model.Squad, "--output", _folder["answers.tsv"], "--n-best", "3");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: --n-best gives candidates", run.Error);
        run = await CliRun.Of("evaluate", "--model", model.Path, "--data", model.Squad, "--n-best", "3");
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public async Task Score_gives_one_line_a_question_in_order_with_a_slice_of_the_passage()
    {
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Squad, "--n-best", "3");
        Assert.Equal(model.Questions.Count, run.OutputLines.Length);
        using QuestionAnswerer answerer = QuestionAnswerer.Load(model.Path);
        for (int i = 0; i < run.OutputLines.Length; i++)
        {
            JsonElement line = JsonElement.Parse(run.OutputLines[i]);
            Assert.Equal(["id", "answer", "start", "end", "score", "nBest"], line.EnumerateObject().Select(property => property.Name));
            Assert.Equal(model.Questions[i].Id, line.GetProperty("id").GetString());
            QuestionAnswer expected = answerer.Answer(model.Questions[i].Question, model.Questions[i].Context);
            Assert.Equal(expected.Score, line.GetProperty("score").GetDouble(), 1e-4);
            Assert.InRange(line.GetProperty("nBest").GetArrayLength(), 1, 3);
            foreach (JsonElement candidate in line.GetProperty("nBest").EnumerateArray().Append(line))
            {
                string text = candidate.GetProperty("answer").GetString()!;
                if (candidate.GetProperty("start").ValueKind == JsonValueKind.Null)
                    Assert.Empty(text);
                else
                    Assert.Equal(model.Questions[i].Context[candidate.GetProperty("start").GetInt32()..candidate.GetProperty("end").GetInt32()], text);
            }
        }
    }

    [Theory]
    [InlineData("-1e9", true)]
    [InlineData("1e9", false)]
    public async Task The_null_threshold_decides_whether_an_answer_is_given(string threshold, bool none)
    {
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Squad, "--null-threshold", threshold);
        Assert.All(run.OutputLines, line => Assert.Equal(none, JsonElement.Parse(line).GetProperty("answer").GetString()!.Length == 0));
    }

    [Fact]
    public async Task A_resumed_job_goes_on_behind_the_last_whole_line()
    {
        string output = _folder["answers.jsonl"];
        string[] score = ["score", "--model", model.Path, "--input", model.Squad, "--output", output, "--resume"];
        await CliRun.CancelledAtOnce(score);
        File.WriteAllText(output + ".partial", "{\"stays\":1}\n{\"stays\":2}\n{\"id\":\"tor");
        await CliRun.Succeeds(score);
        string[] lines = File.ReadAllLines(output);
        Assert.Equal(model.Questions.Count, lines.Length);
        Assert.Equal("{\"stays\":2}", lines[1]);
        Assert.Equal(model.Questions.Skip(2).Select(example => example.Id), lines.Skip(2).Select(line => JsonElement.Parse(line).GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Evaluate_prints_exact_match_and_f1_of_both_kinds_of_questions()
    {
        CliRun run = await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Squad, "--json");
        JsonElement metrics = JsonElement.Parse(Assert.Single(run.OutputLines));
        int unanswerable = model.Questions.Count(example => example.Answers!.Count == 0);
        Assert.Equal(model.Questions.Count, metrics.GetProperty("questions").GetInt32());
        Assert.Equal(
            metrics.GetProperty("exactMatch").GetDouble() * model.Questions.Count,
            (metrics.GetProperty("hasAnswerExactMatch").GetDouble() * (model.Questions.Count - unanswerable))
                + (metrics.GetProperty("noAnswerExactMatch").GetDouble() * unanswerable),
            1e-9);
        Assert.InRange(metrics.GetProperty("f1").GetDouble(), 0, metrics.GetProperty("bestF1").GetDouble());

        CliRun none = await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Squad, "--json", "--null-threshold", "-1e9");
        Assert.Equal(1, JsonElement.Parse(none.Output).GetProperty("noAnswerF1").GetDouble());
        Assert.Contains("without an answer", (await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Squad)).Output);
    }

    [Theory]
    [InlineData("fp32", "hf", 1e-5)]
    [InlineData("fp32", "tf", 1e-5)]
    [InlineData("int8", "hf", 1e-1)]
    public async Task Export_verifies_both_logits_on_questions(string precision, string names, double tolerance)
    {
        CliRun run = await CliRun.Succeeds(
            "export", "--model", model.Path, "--output", _folder["graph.onnx"], "--precision", precision, "--names", names,
            "--verify", "--verify-data", model.Squad, "--json");
        Assert.InRange(JsonElement.Parse(Assert.Single(run.OutputLines)).GetProperty("largestDifference").GetDouble(), 0, tolerance);
        byte[] graph = File.ReadAllBytes(_folder["graph.onnx"]);
        Assert.True(graph.AsSpan().IndexOf("start_logits"u8) > 0 && graph.AsSpan().IndexOf("end_logits"u8) > 0);
    }

    private JsonElement Metrics() => JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "training", "metrics.json")));
}
