using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using BertMLNet.TestKit;

namespace BertMLNet.Tests;

/// <summary>Runs the samples as a user would.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public void PairScoring_prints_a_label_a_pair()
    {
        using var model = TinyModel.Pairs();
        string[] lines = Run("PairScoring", model.Path);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^(different|same)\t[01]\.\d{3}\tThe company .*\tThe firm .*$", line));
    }

    [Fact]
    public void QuestionAnswering_prints_an_answer_a_question()
    {
        using var model = TinyModel.Questions();
        string[] lines = Run("QuestionAnswering", model.Path);
        string[] best = ["candidate", "candidate", "candidate"];
        Assert.Equal(
            ["When was the bridge opened?", .. best, "How long is the bridge?", .. best], lines.Select(line => line.Split('\t')[0]));
        // The best candidate is the answer.
        Assert.Equal(lines[0].Split('\t')[1..], lines[1].Split('\t')[1..]);
        Assert.All(lines, line => Assert.Matches(@"\t[^\t]+\t[01]\.\d{3}$", line));
    }

    [Fact]
    public void EntityRecognition_prints_each_texts_entities()
    {
        using var model = TinyModel.Entities();
        string[] lines = Run("EntityRecognition", model.Path);
        string[] texts = [.. lines.Where(line => !line.Contains('\t', StringComparison.Ordinal))];
        Assert.Equal(2, texts.Length);
        string[] entities = [.. lines.Except(texts)];
        Assert.NotEmpty(entities);
        Assert.All(entities, line => Assert.Matches(@"^ *(PER|LOC)\t[^\t]+\t[01]\.\d{3}$", line));
        Assert.All(entities, line => Assert.Contains(texts, text => text.Contains(line.Split('\t')[1], StringComparison.Ordinal)));
    }

    [Fact]
    public void EmbeddingFeatures_trains_trees_on_vectors()
    {
        using TinyModel model = TinyModel.Embeddings();
        using var folder = new TemporaryFolder();
        // A word of its own in each text tells the label.
        IEnumerable<string> rows = TinyModel.Sentences(60, seed: 8, longest: 4).Select((text, i) => $"w{i % 2} w{i % 2} {text}\tlabel {i % 2}");
        File.WriteAllLines(folder["rows.tsv"], rows.Prepend("text\tlabel"));

        string[] lines = Run("EmbeddingFeatures", model.Path, folder["rows.tsv"], folder["rows.tsv"], folder["p.zip"]);

        Assert.Matches("^accuracy (0\\.9|1\\.0)", lines[0]);
        Assert.True(File.Exists(folder["p.zip"]));
    }

    [Fact]
    public void PassageRanking_prints_the_best_passages_and_each_passages_score()
    {
        using var model = TinyModel.Values(["relevance"]);
        string[] lines = Run("PassageRanking", model.Path);
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^-?\d+\.\d{3}\t(The river|The bridge|It took) ", line));
        // The first two are the best of the other three.
        Assert.Equal(
            lines[2..].OrderByDescending(line => float.Parse(line.Split('\t')[0], CultureInfo.InvariantCulture)).Take(2), lines[..2]);
    }

    [Fact]
    public void TextLabels_prints_labels_a_text()
    {
        using var model = TinyModel.Labels(["joy", "anger", "fear"], 0.1f);
        string[] lines = Run("TextLabels", model.Path);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^[^\t]+\t(joy|anger|fear)?(, (anger|fear))*\t[01]\.\d{3}$", line));
    }

    [Fact]
    public void BatchScoring_writes_a_line_a_row_in_order()
    {
        using var scenario = new Scenario(300);
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["in.tsv"], scenario.Rows.Select(row => $"{row.Sentence1}\t{row.Sentence2}").Prepend("first\tsecond"));

        Run("BatchScoring", scenario.Model.Path, folder["in.tsv"], folder["out.tsv"]);

        string[][] rows = [.. File.ReadLines(folder["out.tsv"]).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(300, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(scenario.Rows[i].Sentence1, rows[i][0].Trim('"'));
            Assert.Equal(scenario.Expected[i].Label, rows[i][2]);
            scenario.AssertScore(i, [.. rows[i][3..].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))]);
        }
    }

    [Fact]
    public void FineTuneInPipeline_evaluates_and_saves_a_pipeline_that_loads()
    {
        using var scenario = new Scenario(60);
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder["rows.tsv"],
            scenario.Rows.Select(row => $"{row.Sentence1}\t{row.Sentence2}\t{row.Label}").Prepend("sentence1\tsentence2\tlabel"));

        string[] lines = Run("FineTuneInPipeline", scenario.Model.Path, folder["rows.tsv"], folder["rows.tsv"], folder["pipeline.zip"]);

        Assert.Matches(@"^accuracy [01]\.\d{3}, log loss \d+\.\d{3}$", lines[0]);
        Assert.Equal($"saved {folder["pipeline.zip"]}", lines[1]);
        using var pool = BertPredictionPool<PairRow, ScoreRow>.Load(new(), folder["pipeline.zip"]);
        Assert.Equal(2, pool.Predict(scenario.Rows[0]).Score.Length);
    }

    [Fact]
    public async Task WebApi_answers_requests_at_once()
    {
        using var scenario = new Scenario(20);
        using Process server = Start("WebApi", "--model", scenario.Model.Path, "--urls", "http://127.0.0.1:0");
        try
        {
            string? address = null;
            while (address is null && await server.StandardOutput.ReadLineAsync() is { } line)
                address = Address().Match(line) is { Success: true } match ? match.Value : null;
            Assert.NotNull(address);
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            JsonElement labels = JsonElement.Parse(await client.GetStringAsync("/info")).GetProperty("model_type").GetProperty("classifier").GetProperty("label2id");
            await Task.WhenAll(scenario.Rows.Select(async (row, i) =>
            {
                using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", new { inputs = new[] { row.Sentence1, row.Sentence2 } });
                response.EnsureSuccessStatusCode();
                JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
                Assert.Equal(scenario.Expected[i].Label, answer[0].GetProperty("label").GetString());
                scenario.AssertScore(i, [.. answer.EnumerateArray()
                    .OrderBy(label => labels.GetProperty(label.GetProperty("label").GetString()!).GetInt32())
                    .Select(label => label.GetProperty("score").GetSingle())]);
            }));
            Assert.Contains("<script type=\"module\" src=\"page.js\">", await client.GetStringAsync("/"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("PairScoring")]
    [InlineData("BatchScoring")]
    [InlineData("FineTuneInPipeline")]
    [InlineData("QuestionAnswering")]
    [InlineData("PassageRanking")]
    [InlineData("TextLabels")]
    [InlineData("WebApi")]
    public void Without_arguments_a_sample_says_how_it_is_used(string sample)
    {
        using Process process = Start(sample);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith($"usage: {sample} ", error, StringComparison.Ordinal);
    }

    internal static string[] Run(string sample, params string[] arguments)
    {
        using Process process = Start(sample, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Samples are built beside the tests: bin/SAMPLE/CONFIGURATION, as this is bin/TESTS/CONFIGURATION.</summary>
    private static Process Start(string sample, params string[] arguments)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", sample, configuration, sample + ".dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
