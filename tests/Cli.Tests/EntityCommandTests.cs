using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>The commands on a model that finds entities.</summary>
public sealed class EntityCommandTests(TinyEntityModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_writes_a_whole_model_folder()
    {
        string[] expected =
        [
            "README.md", "config.json", "model.safetensors", "onnx/model.onnx", "onnx/model_optimized.onnx", "tokenizer.json",
            "training/metrics.json", "training/report.html", "vocab.txt",
        ];
        Assert.All(expected, file => Assert.True(File.Exists(Path.Combine(model.Path, file)), file));
        JsonElement metrics = JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "training", "metrics.json")));
        Assert.Equal("entities", metrics.GetProperty("task").GetString());
        // The names say it all: what is not learned here is a mistake of ours.
        JsonElement best = metrics.GetProperty("best");
        Assert.InRange(best.GetProperty("f1").GetDouble(), 0.95, 1);
        Assert.Equal(64, best.GetProperty("types").GetProperty("PER").GetProperty("support").GetInt32());
        Assert.Contains("pipeline_tag: token-classification", File.ReadAllText(Path.Combine(model.Path, "README.md")));
        Assert.Contains("Entities by type", File.ReadAllText(Path.Combine(model.Path, "training", "report.html")));
    }

    [Fact]
    public void The_configuration_is_Hugging_Faces_and_keeps_how_texts_are_cut()
    {
        JsonElement config = JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "config.json")));
        Assert.Equal("BertForTokenClassification", config.GetProperty("architectures")[0].GetString());
        Assert.Equal(
            ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"], config.GetProperty("id2label").EnumerateObject().Select(label => label.Value.GetString()));
        Assert.Equal(4, config.GetProperty("label2id").GetProperty("I-PER").GetInt32());
        RecognitionSettings settings = ModelFolder.Open(model.Path).LoadConfig().Recognition!;
        Assert.Equal((20, 4), (settings.MaxLength, settings.Stride));
    }

    [Fact]
    public async Task Both_formats_measure_alike_and_as_training_did()
    {
        JsonElement columns = await Evaluate("--data", model.Columns), lines = await Evaluate("--data", model.Lines);
        JsonElement best = JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "training", "metrics.json"))).GetProperty("best");
        foreach (string name in (string[])["precision", "recall", "f1", "support", "texts"])
        {
            Assert.Equal(best.GetProperty(name).GetDouble(), columns.GetProperty(name).GetDouble());
            Assert.Equal(best.GetProperty(name).GetDouble(), lines.GetProperty(name).GetDouble());
        }
        CliRun table = await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Columns);
        Assert.Equal(["type", "LOC", "PER", "all"], table.OutputLines.Select(line => line.Split(' ')[0]));

        async Task<JsonElement> Evaluate(params string[] arguments) =>
            JsonElement.Parse((await CliRun.Succeeds(["evaluate", "--model", model.Path, "--json", .. arguments])).Output);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("max")]
    [InlineData("average")]
    public async Task Entities_are_parts_of_the_text(string aggregation)
    {
        string far = string.Concat(Enumerable.Repeat("was in . ", 30));
        string[] texts = ["Ann Lee went to  New York.", "", far + "Carla Cruz went to Oslo ." + far];
        CliRun run = await CliRun.WithInput(
            string.Join('\n', texts.Select(text => JsonSerializer.Serialize(new { text, id = 1 }))),
            "score", "--model", model.Path, "--input", "-", "--aggregation", aggregation);
        string[] found =
        [
            .. run.OutputLines.Select((line, row) => string.Join(' ', JsonElement.Parse(line).GetProperty("entities").EnumerateArray().Select(entity =>
            {
                string text = entity.GetProperty("text").GetString()!;
                Assert.Equal(text, texts[row][entity.GetProperty("start").GetInt32()..entity.GetProperty("end").GetInt32()]);
                Assert.InRange(entity.GetProperty("score").GetDouble(), 0.3, 1);
                return $"{entity.GetProperty("type").GetString()}:{text}";
            }))),
        ];
        Assert.Equal(["PER:Ann Lee LOC:New York", "", "PER:Carla Cruz LOC:Oslo"], found);
    }

    [Fact]
    public async Task Tables_have_a_column_of_texts_and_give_one_of_entities()
    {
        File.WriteAllText(_folder["in.tsv"], "id\tsentence\n1\tBob was in Rome .\n2\twas in\n");
        await CliRun.Succeeds("score", "--model", model.Path, "--input", _folder["in.tsv"], "--text", "sentence", "--output", _folder["out.tsv"]);
        string[] lines = File.ReadAllLines(_folder["out.tsv"]);
        Assert.Equal((3, "entities", "[]"), (lines.Length, lines[0], lines[2]));
        Assert.Equal("Bob", JsonElement.Parse(lines[1])[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("fp16")]
    [InlineData("int8")]
    public async Task Graphs_are_exported_verified_and_scored(string precision)
    {
        string copy = TinyModel.Copy(model.Path, _folder["model"]);
        CliRun run = await CliRun.Succeeds("export", "--model", copy, "--precision", precision, "--verify", "--verify-data", model.Lines);
        Assert.NotEmpty(run.Output);
        await CliRun.Succeeds("export", "--model", copy, "--precision", precision, "--verify");
        string graph = precision switch { "fp16" => "onnx/model_fp16.onnx", "int8" => "onnx/model_quantized.onnx", _ => "onnx/model.onnx" };
        JsonElement measured = JsonElement.Parse(
            (await CliRun.Succeeds("evaluate", "--model", copy, "--data", model.Columns, "--graph", graph, "--json")).Output);
        Assert.InRange(measured.GetProperty("f1").GetDouble(), 0.9, 1);
    }

    [Fact]
    public async Task A_graph_with_its_tokenizer_inside_is_refused()
    {
        CliRun run = await CliRun.Of("export", "--model", model.Path, "--embed-tokenizer", "--output", _folder["graph.onnx"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("texts are cut into windows outside the graph", run.Error);
    }

    [Fact]
    public async Task A_trained_model_goes_on_with_its_labels_or_gets_a_new_head()
    {
        string[] train = ["train", "--task", "entities", "--model", model.Path, "--train", model.Lines, "--epochs", "1", "--learning-rate", "1e-6"];
        await CliRun.Succeeds([.. train, "--output", _folder["same"]]);
        JsonElement kept = JsonElement.Parse(File.ReadAllText(Path.Combine(_folder["same"], "training", "metrics.json")));
        Assert.InRange(kept.GetProperty("best").GetProperty("f1").GetDouble(), 0.9, 1);

        CliRun other = await CliRun.Succeeds([.. train, "--tag-scheme", "iobes", "--output", _folder["other"]]);
        Assert.Contains("since the data's labels (O, B-LOC, I-LOC, E-LOC, S-LOC, B-PER", other.Error);
        Assert.Equal(9, ModelFolder.Open(_folder["other"]).LoadConfig().NumLabels);
    }

    [Fact]
    public async Task An_interrupted_training_goes_on_to_the_same_weights()
    {
        string[] train = [.. model.TrainArguments, "--output", _folder["model"]];
        await CliRun.CancelledAt("Epoch 3 of", train);
        Assert.Contains("Going on from update", (await CliRun.Succeeds([.. train, "--resume"])).Error);
        foreach (string file in (string[])["model.safetensors", "config.json", "onnx/model.onnx"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(model.Path, file)), File.ReadAllBytes(_folder[$"model/{file}"]));
    }

    [Fact]
    public async Task Checkpoints_of_Hugging_Face_are_imported_with_their_head()
    {
        await CliRun.Succeeds("import", "--from", model.Path, "--output", _folder["imported"]);
        string[] score = ["--input", _folder["texts.jsonl"]];
        File.WriteAllText(_folder["texts.jsonl"], """{"text":"Dora went to Rome ."}""");
        CliRun expected = await CliRun.Succeeds(["score", "--model", model.Path, .. score]);
        CliRun actual = await CliRun.Succeeds(["score", "--model", _folder["imported"], .. score]);
        Assert.Equal(expected.Output, actual.Output);
    }

    [Theory]
    [InlineData("bad.conll", "a\tO\nb", "bad.conll, line 2: 1 column(s) where 2 are expected")]
    [InlineData("bad.conll", "a\tB-PER\nb\tO\nc\tI-PER", "bad.conll, line 3: the tag 'I-PER'")]
    [InlineData("bad.jsonl", """{"text":"abc","entities":[{"start":1,"end":9,"type":"PER"}]}""", "bad.jsonl, line 1: the entity 'PER' [1, 9) is no part")]
    [InlineData("bad.jsonl", """{"text":"abc","entities":[{"start":0,"end":2,"type":"PER"},{"start":1,"end":3,"type":"PER"}]}""", "overlaps")]
    [InlineData("bad.jsonl", """{"text":"abc"}""", "the field \"entities\" is missing")]
    [InlineData("bad.conll", "", "there ")]
    public async Task Bad_data_are_refused_by_training_and_evaluation(string name, string text, string expected)
    {
        File.WriteAllText(_folder[name], text);
        await CliRun.Fails(["evaluate", "--model", model.Path, "--data", _folder[name]], expected);
        if (text.Length > 0)
            await CliRun.Fails(["train", "--task", "entities", "--model", model.Start, "--from-scratch", "--train", _folder[name], "--output", _folder["out"]], expected);
    }

    [Fact]
    public async Task Bad_rows_can_be_skipped()
    {
        File.WriteAllText(_folder["in.jsonl"], "{\"text\":\"Bob was in Rome .\"}\nno\n{\"text\":7}\n{\"txt\":\"\"}\n");
        CliRun run = await CliRun.Succeeds("score", "--model", model.Path, "--input", _folder["in.jsonl"], "--on-error", "skip");
        Assert.Equal(["entities", "error", "entities", "error"], run.OutputLines.Select(line => JsonElement.Parse(line).EnumerateObject().First().Name));
    }

    [Fact]
    public async Task Options_of_other_tasks_are_refused()
    {
        CliRun run = await CliRun.Of("score", "--model", model.Path, "--input", model.Lines, "--sentence1", "x");
        Assert.Equal(2, run.ExitCode);
        run = await CliRun.Of("train", "--task", "qa", "--model", model.Start, "--train", model.Lines, "--output", "none", "--tag-scheme", "iobes");
        Assert.Contains("--tag-scheme belongs to --task entities", run.Error);
    }
}
