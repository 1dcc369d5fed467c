using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary><c>embed</c>, and <c>import</c> of models that make vectors; the library is the oracle.</summary>
public sealed class EmbedTests(TinyModel trained) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private string Encoder => _folder["encoder"];

    private string Model => _folder["model"];

    private string Rows => _folder["rows.tsv"];

    /// <summary>The trained classifier's encoder, with and without a word on pooling.</summary>
    public async ValueTask InitializeAsync()
    {
        (ParameterSet parameters, _) = ModelFolder.Open(trained.Path).LoadParameters();
        var encoder = new ModelFolder(Encoder);
        var weights = new ParameterSet(parameters.Config with { Classification = null }, Heads.Encoder);
        foreach (ParameterSpec spec in weights.Specs)
            parameters[spec.Name].CopyTo(weights[spec.Name], 0);
        encoder.Save(weights);
        ModelFolder.Open(trained.Path).LoadTokenizer(parameters.Config).Save(Encoder);
        await CliRun.Succeeds("import", "--from", Encoder, "--output", Model, "--pooling", "mean", "--normalize");
        File.WriteAllLines(Rows, ["text", "the company opened an office", "a", "a bridge", "the firm opened it"]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_line_a_text_in_order_as_the_library_has_it()
    {
        string[] lines = (await CliRun.Succeeds("embed", "--model", Model, "--input", Rows)).OutputLines;
        AssertVectors(lines, prompt: null);

        await CliRun.Succeeds("embed", "--model", Model, "--input", Rows, "--output", _folder["v.tsv"], "--prompt", "the ");
        string[][] cells = [.. File.ReadLines(_folder["v.tsv"]).Select(line => line.Split('\t'))];
        Assert.Equal("embedding_0", cells[0][0]);
        AssertVectors([.. cells.Skip(1).Select(row => $$"""{"embedding":[{{string.Join(',', row)}}]}""")], "the ");
    }

    [Fact]
    public async Task Standard_input_takes_JSON_lines_and_a_column_has_any_name()
    {
        CliRun run = await CliRun.WithInput("""{"title": "a bridge"}""" + "\n", "embed", "--model", Model, "--input", "-", "--text", "title");
        using var embedder = TextEmbedder.Load(Model);
        Assert.Equal(embedder.Embed("a bridge"), Vector(Assert.Single(run.OutputLines)));
    }

    [Fact]
    public async Task A_job_that_was_cut_short_goes_on_behind_its_lines()
    {
        string output = _folder["v.jsonl"], bad = _folder["bad.jsonl"];
        string[] rows = [.. Enumerable.Range(0, 300).Select(i => $$"""{"text": "the company opened {{i}}"}""")];
        File.WriteAllLines(bad, [.. rows, "{}"]);
        await CliRun.Fails(["embed", "--model", Model, "--input", bad, "--output", output, "--resume"], "line 301");
        Assert.NotEmpty(File.ReadLines(output + ".partial"));
        // Another prompt makes other vectors.
        await CliRun.Fails(["embed", "--model", Model, "--input", bad, "--output", output, "--resume", "--prompt", "a "], "--prompt");
        CliRun skipped = await CliRun.Succeeds("embed", "--model", Model, "--input", bad, "--output", _folder["s.jsonl"], "--on-error", "skip");
        Assert.Contains("1 rows could not be scored", skipped.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadLines(output + ".partial"), File.ReadLines(_folder["s.jsonl"]).Take(File.ReadLines(output + ".partial").Count()));
        Assert.Contains("\"error\"", File.ReadLines(_folder["s.jsonl"]).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_does_not_say_how_it_pools_gives_means_and_says_so()
    {
        CliRun run = await CliRun.Succeeds("embed", "--model", Encoder, "--input", Rows);
        Assert.Contains("does not say how its vectors are pooled; the mean of the tokens is taken", run.Error, StringComparison.Ordinal);
        CliRun asked = await CliRun.Succeeds("embed", "--model", Encoder, "--input", Rows, "--pooling", "mean");
        Assert.DoesNotContain("does not say", asked.Error, StringComparison.Ordinal);
        Assert.Equal(asked.Output, run.Output);
        CliRun other = await CliRun.Succeeds("embed", "--model", Model, "--input", Rows, "--pooling", "cls");
        Assert.NotEqual(asked.Output, other.Output);
        CliRun named = await CliRun.Succeeds("embed", "--model", trained.Path, "--input", Rows, "--pooling", "mean");
        Assert.Equal(asked.Output, named.Output);
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("int8")]
    public async Task An_exported_graph_is_verified_and_used(string precision)
    {
        CliRun run = await CliRun.Succeeds("export", "--model", Model, "--precision", precision, "--verify");
        Assert.Contains("verified", run.Output, StringComparison.Ordinal);
        string graph = precision == "int8" ? "onnx/model_quantized.onnx" : "onnx/model.onnx";
        string[] lines = (await CliRun.Succeeds("embed", "--model", Model, "--graph", graph, "--input", Rows)).OutputLines;
        AssertVectors(lines, prompt: null, allowed: precision == "int8" ? 0.2f : 1e-5f);
    }

    [Fact]
    public async Task What_cannot_be_is_told_in_one_line()
    {
        await CliRun.Fails(["embed", "--model", trained.Path, "--input", Rows], "BertForSequenceClassification", "'bertmlnet score'", "--pooling");
        await CliRun.Fails(["score", "--model", Model, "--input", Rows], "makes vectors of texts", "'bertmlnet embed' runs it");
        await CliRun.Fails(["evaluate", "--model", Model, "--data", Rows], "makes vectors of texts", "'bertmlnet embed' runs it");
        await CliRun.Fails(["embed", "--model", Model, "--input", Rows, "--prompt-name", "query"], "knows no prompt 'query'");
        await CliRun.Fails(["embed", "--model", Model, "--input", Rows, "--text", "body"], "no column 'body'", "'text'");
        CliRun unknown = await CliRun.Of("embed", "--model", Model, "--input", Rows, "--pooling", "median");
        Assert.Equal((2, true), (unknown.ExitCode, unknown.Error.Contains("'mean_sqrt_len'", StringComparison.Ordinal)));
        CliRun both = await CliRun.Of("embed", "--model", Model, "--input", Rows, "--prompt", "a", "--prompt-name", "b");
        Assert.Equal((2, true), (both.ExitCode, both.Error.Contains("leave one of them out", StringComparison.Ordinal)));
        CliRun tokenizer = await CliRun.Of("export", "--model", Model, "--embed-tokenizer");
        Assert.Equal((2, true), (tokenizer.ExitCode, tokenizer.Error.Contains("this one is a BertModel", StringComparison.Ordinal)));
    }

    private void AssertVectors(string[] lines, string? prompt, float allowed = 1e-5f)
    {
        string[] texts = [.. File.ReadLines(Rows).Skip(1)];
        Assert.Equal(texts.Length, lines.Length);
        using var embedder = TextEmbedder.Load(Model);
        for (int i = 0; i < texts.Length; i++)
            Assert.Equal(embedder.Embed(texts[i], prompt), Vector(lines[i]), (a, b) => MathF.Abs(a - b) <= allowed);
    }

    private static float[] Vector(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("embedding").Deserialize<float[]>()!;
    }
}
