using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>What the commands print and write when all is well.</summary>
public sealed class CommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tokenize_prints_tokens_ids_types_and_offsets()
    {
        CliRun run = await CliRun.Succeeds("tokenize", "--vocab", Vocabulary(), "Hi there", "--pair", "hi");
        Assert.Equal(
            """{"tokens":["[CLS]","hi","there","[SEP]","hi","[SEP]"],"ids":[2,4,5,3,4,3],"typeIds":[0,0,0,0,1,1],"offsets":[[0,0],[0,2],[3,8],[0,0],[0,2],[0,0]]}""",
            run.Output.TrimEnd());
    }

    [Fact]
    public async Task Tokenize_with_a_stride_prints_all_windows()
    {
        CliRun run = await CliRun.Succeeds("tokenize", "--vocab", Vocabulary(), "hi there hi there", "--max-length", "4", "--stride", "1");
        JsonElement windows = JsonElement.Parse(run.Output).GetProperty("windows");
        Assert.Equal([[2, 4, 5, 3], [2, 5, 4, 3], [2, 4, 5, 3]], windows.EnumerateArray().Select(Ids));
    }

    [Fact]
    public async Task Tokenize_reads_texts_line_by_line_and_pairs_from_tables()
    {
        File.WriteAllText(_folder["pairs.tsv"], "sentence1\tsentence2\nhi\tthere\n");
        CliRun pairs = await CliRun.Succeeds("tokenize", "--vocab", Vocabulary(), "--input", _folder["pairs.tsv"]);
        Assert.Equal([2, 4, 3, 5, 3], Ids(JsonElement.Parse(pairs.Output)));

        CliRun refused = await CliRun.Of("tokenize", "--vocab", Vocabulary(), "--input", _folder["pairs.tsv"], "--pair", "hi");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("error: --pair is for plain texts", refused.Error);
        refused = await CliRun.Of("tokenize", "--vocab", Vocabulary(), "hi", "--max-rows", "1");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("error: --max-rows is for tables", refused.Error);
        CliRun lines = await CliRun.WithInput("hi\n\nthere hi\n", "tokenize", "--vocab", Vocabulary(), "--input", "-");
        Assert.Equal([[2, 4, 3], [2, 3], [2, 5, 4, 3]], lines.OutputLines.Select(line => Ids(JsonElement.Parse(line))));
    }

    [Fact]
    public async Task Tokenize_keeps_case_where_it_is_told_to()
    {
        File.AppendAllText(Vocabulary(), "Hi\n");
        CliRun run = await CliRun.Succeeds("tokenize", "--vocab", _folder["vocab.txt"], "--cased", "Hi hi");
        Assert.Equal([2, 6, 4, 3], Ids(JsonElement.Parse(run.Output)));
    }

    [Fact]
    public async Task Train_writes_a_whole_model_folder()
    {
        string[] expected =
        [
            "README.md", "config.json", "model.safetensors", "onnx/model.onnx", "onnx/model_optimized.onnx", "special_tokens_map.json",
            "tokenizer.json", "tokenizer_config.json", "training/metrics.json", "training/report.html", "vocab.txt",
        ];
        Assert.All(expected, file => Assert.True(File.Exists(Path.Combine(model.Path, file)), file));
        JsonElement metrics = JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "training", "metrics.json")));
        Assert.InRange(metrics.GetProperty("best").GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.Equal(1, metrics.GetProperty("epochs").GetArrayLength());
        Assert.StartsWith("bertmlnet train --task pair", metrics.GetProperty("command").GetString());

        string report = await File.ReadAllTextAsync(Path.Combine(model.Path, "training", "report.html"));
        Assert.Contains("Confusion matrix", report);
        Assert.Contains("Worst errors", report);
    }

    [Fact]
    public async Task Training_repeats_bit_for_bit()
    {
        CliRun run = await CliRun.Succeeds([.. model.TrainArguments, "--output", _folder["again"], "--json"]);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(model.Path, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder["again"], "model.safetensors")));
        JsonElement result = JsonElement.Parse(Assert.Single(run.OutputLines));
        Assert.Equal(_folder["again"], result.GetProperty("output").GetString());
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Class_weights_change_what_is_learned()
    {
        await CliRun.Succeeds([.. model.TrainArguments, "--output", _folder["weighed"], "--class-weight", "equivalent=4", "--class-weight", "not_equivalent=1"]);
        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(model.Path, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder["weighed"], "model.safetensors")));
    }

    [Fact]
    public async Task Without_validation_data_a_part_of_the_training_data_judges()
    {
        CliRun run = await CliRun.Succeeds([.. model.TrainArguments, "--output", _folder["split"], "--validation-fraction", "0.25", "--seed", "7"]);
        Assert.Contains("Training on 36 examples, judging by 12", run.Error);
    }

    [Fact]
    public async Task Evaluate_prints_fractions_and_the_confusion_matrix()
    {
        CliRun run = await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Pairs, "--json");
        JsonElement metrics = JsonElement.Parse(Assert.Single(run.OutputLines));
        int[][] confusion = [.. metrics.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetInt32()).ToArray())];
        Assert.Equal(48, confusion.Sum(row => row.Sum()));
        Assert.Equal((confusion[0][0] + confusion[1][1]) / 48.0, metrics.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.InRange(metrics.GetProperty("f1").GetDouble(), 0, 1);
        Assert.InRange(metrics.GetProperty("matthews").GetDouble(), -1, 1);

        Assert.Contains("right \\ predicted", (await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Pairs)).Output);
    }

    [Theory]
    [InlineData("fp32", "hf", 1e-5)]
    [InlineData("fp32", "tf", 1e-5)]
    [InlineData("fp16", "hf", 1e-2)]
    [InlineData("int8", "hf", 1e-1)]
    public async Task Export_verifies_what_it_writes(string precision, string names, double tolerance)
    {
        CliRun run = await CliRun.Succeeds(
            "export", "--model", model.Path, "--output", _folder["graph.onnx"], "--precision", precision, "--names", names, "--verify", "--json");
        JsonElement graph = JsonElement.Parse(Assert.Single(run.OutputLines));
        Assert.InRange(graph.GetProperty("largestDifference").GetDouble(), 0, tolerance);
        Assert.Equal(new FileInfo(_folder["graph.onnx"]).Length, graph.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task A_graph_that_cannot_be_verified_does_not_replace_one_that_is_there()
    {
        File.WriteAllText(_folder["graph.onnx"], "older");
        await CliRun.Fails(["export", "--model", model.Path, "--output", _folder["graph.onnx"], "--verify-data", _folder["none.tsv"]], "none.tsv");
        Assert.Equal("older", File.ReadAllText(_folder["graph.onnx"]));
        Assert.Equal(["graph.onnx"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_puts_the_tokenizer_into_the_graph()
    {
        CliRun run = await CliRun.Succeeds(
            "export", "--model", model.Path, "--output", _folder["graph.onnx"], "--embed-tokenizer", "--verify", "--json");
        Assert.InRange(JsonElement.Parse(Assert.Single(run.OutputLines)).GetProperty("largestDifference").GetDouble(), 0, 1e-5);
    }

    [Fact]
    public async Task Import_takes_a_graph_of_a_model_folder()
    {
        await CliRun.Succeeds("import", "--from", Path.Combine(model.Path, "onnx", "model.onnx"), "--output", _folder["imported"]);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(model.Path, "model.safetensors")), File.ReadAllBytes(Path.Combine(_folder["imported"], "model.safetensors")));
    }

    [Fact]
    public async Task Import_then_inspect_shows_the_same_tensors()
    {
        await CliRun.Succeeds("import", "--from", model.Path, "--output", _folder["imported"]);
        CliRun original = await CliRun.Succeeds("inspect", Path.Combine(model.Path, "model.safetensors"), "--json");
        CliRun imported = await CliRun.Succeeds("inspect", Path.Combine(_folder["imported"], "model.safetensors"), "--json");
        JsonElement tensors = JsonElement.Parse(imported.Output).GetProperty("tensors");
        Assert.Equal(JsonElement.Parse(original.Output).GetProperty("tensors").GetRawText(), tensors.GetRawText());
        Assert.Contains("bert.encoder.layer.0.attention.self.query.weight", (await CliRun.Succeeds("inspect", _folder["imported"])).Output);
        await CliRun.Succeeds("tokenize", "--model", _folder["imported"], "a text");
    }

    [Fact]
    public async Task Inspect_shows_a_graphs_ports_operators_and_constants()
    {
        CliRun run = await CliRun.Succeeds("inspect", Path.Combine(model.Path, "onnx", "model_optimized.onnx"), "--json");

        JsonElement graph = JsonElement.Parse(run.Output);
        Assert.Equal("ONNX", graph.GetProperty("format").GetString());
        Assert.Equal(17, graph.GetProperty("opsets").GetProperty("ai.onnx").GetInt64());
        Assert.Equal(["input_ids", "attention_mask", "token_type_ids"], graph.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()));
        Assert.Equal("INT64", graph.GetProperty("inputs")[0].GetProperty("type").GetString());
        Assert.Equal("logits", Assert.Single(graph.GetProperty("outputs").EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains(graph.GetProperty("operators").EnumerateObject(), entry => entry.Name.StartsWith("com.microsoft.", StringComparison.Ordinal));
        JsonElement weights = graph.GetProperty("tensors").EnumerateArray().First(tensor => tensor.GetProperty("name").GetString() == "bert.embeddings.word_embeddings.weight");
        Assert.Equal("FLOAT", weights.GetProperty("type").GetString());
        Assert.Equal(weights.GetProperty("shape").EnumerateArray().Aggregate(4L, (bytes, size) => bytes * size.GetInt64()), weights.GetProperty("bytes").GetInt64());
        Assert.Contains("token_type_ids", (await CliRun.Succeeds("inspect", Path.Combine(model.Path, "onnx", "model.onnx"))).Output);
    }

    [Fact]
    public async Task Names_that_scoring_does_not_know_go_to_a_file_of_their_own()
    {
        CliRun named = await CliRun.Of("export", "--model", model.Path, "--output", _folder["model.safetensors"]);
        Assert.Equal(2, named.ExitCode);
        Assert.Contains("a graph's name ends in .onnx", named.Error);

        CliRun run = await CliRun.Of("export", "--model", model.Path, "--names", "tf");

        Assert.Equal(ExitCodes.BadUsage, run.ExitCode);
        Assert.Contains("--names tf needs --output", run.Error);
    }

    [Fact]
    public async Task A_folder_of_graphs_is_known_however_its_path_ends()
    {
        string graphs = Path.Combine(TinyModel.Copy(model.Path, _folder["model"]), "onnx");
        File.Delete(_folder["model/model.safetensors"]);
        await CliRun.Succeeds("import", "--from", graphs + Path.DirectorySeparatorChar, "--output", _folder["imported"], "--no-onnx");
        Assert.Equal(File.ReadAllBytes(Path.Combine(model.Path, "model.safetensors")), File.ReadAllBytes(_folder["imported/model.safetensors"]));
    }

    [Fact]
    public async Task An_imported_folder_scores_at_once()
    {
        string start = Weights("start");
        CliRun run = await CliRun.Succeeds("import", "--from", start, "--output", _folder["imported"], "--json");
        string[] graphs = [Path.Combine(_folder["imported"], "onnx", "model.onnx"), Path.Combine(_folder["imported"], "onnx", "model_optimized.onnx")];
        Assert.Equal(graphs, JsonElement.Parse(run.Output).GetProperty("onnx").EnumerateArray().Select(graph => graph.GetString()));

        CliRun imported = await CliRun.Succeeds("score", "--model", _folder["imported"], "--input", model.Pairs);
        Assert.Equal((await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs)).Output, imported.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("model.safetensors")]
    public async Task A_checkpoint_without_a_graph_is_scored_and_evaluated_directly_and_stays_as_it_is(string file)
    {
        string start = Weights("start"), given = Path.Combine(start, file);
        string[] before = Directory.GetFileSystemEntries(start);
        CliRun scored = await CliRun.Succeeds("score", "--model", given, "--input", model.Pairs);
        Assert.Equal((await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs)).Output, scored.Output);
        Assert.Contains("has no ONNX graph; one is made for this run", scored.Error);
        CliRun evaluated = await CliRun.Succeeds("evaluate", "--model", given, "--data", model.Pairs, "--json");
        Assert.Equal((await CliRun.Succeeds("evaluate", "--model", model.Path, "--data", model.Pairs, "--json")).Output, evaluated.Output);
        Assert.Equal(before, Directory.GetFileSystemEntries(start));
    }

    [Fact]
    public async Task A_checkpoint_without_a_head_is_not_scored()
    {
        var start = new ModelFolder(Weights("start"));
        start.Save(ParameterSet.Initialize(start.LoadConfig(), Heads.MaskedTokens, seed: 1));
        await CliRun.Fails(["score", "--model", start.FolderPath, "--input", model.Pairs], "BertForMaskedLM neither classifies", "bertmlnet train");
    }

    [Fact]
    public async Task Import_leaves_the_graphs_out_where_it_is_asked_to()
    {
        CliRun run = await CliRun.Succeeds("import", "--from", Weights("start"), "--output", _folder["imported"], "--no-onnx");
        Assert.Contains($"'bertmlnet export --model {_folder["imported"]}' writes it", run.OutputLines[^1]);
        Assert.False(Directory.Exists(Path.Combine(_folder["imported"], "onnx")));
        run = await CliRun.Succeeds("import", "--from", _folder["start"], "--output", _folder["imported"], "--no-onnx", "--json");
        Assert.Equal(0, JsonElement.Parse(run.Output).GetProperty("onnx").GetArrayLength());
    }

    [Fact]
    public async Task Import_says_that_a_model_which_predicts_tokens_has_no_graph()
    {
        var start = new ModelFolder(Weights("start"));
        start.Save(ParameterSet.Initialize(start.LoadConfig(), Heads.MaskedTokens, seed: 1));
        CliRun run = await CliRun.Succeeds("import", "--from", start.FolderPath, "--output", _folder["imported"]);
        Assert.StartsWith("no ONNX graph: BertForMaskedLM predicts tokens", run.OutputLines[^1]);
        Assert.False(Directory.Exists(Path.Combine(_folder["imported"], "onnx")));
    }

    /// <summary>The model as others publish theirs: weights and tokenizer, no graph.</summary>
    private string Weights(string name)
    {
        string folder = Directory.CreateDirectory(_folder[name]).FullName;
        foreach (string file in new[] { "config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json" })
            File.Copy(Path.Combine(model.Path, file), Path.Combine(folder, file));
        return folder;
    }

    private string Vocabulary()
    {
        if (!File.Exists(_folder["vocab.txt"]))
            File.WriteAllText(_folder["vocab.txt"], "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhi\nthere\n");
        return _folder["vocab.txt"];
    }

    private static int[] Ids(JsonElement encoding) => [.. encoding.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
