using System.Text;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>What a user may get wrong: each ends with exit code 1, one clear line, and nothing half-written.</summary>
public sealed class BadInputTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_with_too_few_columns_is_named_by_file_and_line()
    {
        string data = Write("short.tsv", "sentence1\tsentence2\tlabel\na\tb\tequivalent\na\tb\n");
        await FailsToTrain(data, "short.tsv", "line 3");
        await CliRun.Fails(["score", "--model", model.Path, "--input", data, "--output", _folder["scores.jsonl"]], "short.tsv", "line 3");
        NothingIsLeft("short.tsv");
    }

    [Fact]
    public async Task An_unknown_label_is_named_with_the_known_ones()
    {
        string data = Write("labels.tsv", "sentence1\tsentence2\tlabel\na\tb\tmaybe\n");
        await CliRun.Fails(["evaluate", "--model", model.Path, "--data", data], "labels.tsv, line 2", "'maybe'", "'not_equivalent', 'equivalent'");
        await CliRun.Fails(Train(model.Pairs, "--validation", data), "labels.tsv, line 2", "'maybe'");
        NothingIsLeft("labels.tsv");
    }

    [Fact]
    public Task An_empty_file_is_refused() => FailsToTrain(Write("empty.tsv", ""), "empty.tsv", "empty");

    [Fact]
    public Task A_header_alone_is_refused() => FailsToTrain(Write("header.tsv", "sentence1\tsentence2\tlabel\n"), "header.tsv", "no rows");

    [Fact]
    public Task A_missing_column_is_named_with_those_there_are() =>
        FailsToTrain(Write("columns.tsv", "first\tsentence2\tlabel\na\tb\tc\n"), "'sentence1'", "'first'");

    [Fact]
    public async Task Invalid_utf8_is_named_by_file_and_line()
    {
        File.WriteAllBytes(_folder["latin.tsv"], [.. Encoding.UTF8.GetBytes("sentence1\tsentence2\tlabel\ncaf"), 0xE9, .. Encoding.UTF8.GetBytes("\tb\tequivalent\n")]);
        await FailsToTrain(_folder["latin.tsv"], "latin.tsv, line 2", "UTF-8");
        await CliRun.Fails(["score", "--model", model.Path, "--input", _folder["latin.tsv"], "--output", _folder["scores.jsonl"]], "latin.tsv, line 2", "UTF-8");
        await CliRun.Fails(["evaluate", "--model", model.Path, "--data", _folder["latin.tsv"]], "latin.tsv, line 2", "UTF-8");
        NothingIsLeft("latin.tsv");
    }

    [Theory]
    [InlineData("vocab.txt", "line 3")]
    [InlineData("config.json", "")]
    [InlineData("tokenizer.json", "")]
    public async Task Invalid_utf8_in_a_models_files_is_named(string file, string line)
    {
        string folder = TinyModel.Copy(model.Start, _folder["model"]);
        string path = Path.Combine(folder, file);
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf(file == "config.json" ? "Bert"u8 : "[CLS]"u8);
        bytes[at + 1] = 0xFF;
        File.WriteAllBytes(path, bytes);
        if (file == "vocab.txt")
            File.Delete(Path.Combine(folder, "tokenizer.json"));

        await CliRun.Fails(["train", "--task", "pair", "--model", folder, "--from-scratch", "--train", model.Pairs, "--output", _folder["out"]], file, line);
        NothingIsLeft("model");
    }

    [Fact]
    public Task A_missing_file_is_named() => FailsToTrain(_folder["nowhere.tsv"], "nowhere.tsv");

    [Theory]
    [InlineData("[CLS]")]
    [InlineData("[SEP]")]
    [InlineData("[UNK]")]
    [InlineData("[PAD]")]
    public async Task A_vocabulary_without_a_special_token_is_refused(string token)
    {
        string vocabulary = Write("vocab.txt", string.Concat(new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a" }.Where(word => word != token).Select(word => word + "\n")));
        await CliRun.Fails(["tokenize", "--vocab", vocabulary, "a"], "vocab.txt", $"'{token}'");
    }

    [Fact]
    public Task Heads_that_do_not_divide_the_width_are_refused() =>
        FailsWithConfig("\"num_attention_heads\": 2", "\"num_attention_heads\": 3", "config.json", "num_attention_heads", "hidden_size");

    [Theory]
    [InlineData("roberta")]
    [InlineData("mpnet")]
    public Task Other_models_are_refused_by_name(string type) =>
        FailsWithConfig("\"model_type\": \"bert\"", $"\"model_type\": \"{type}\"", "config.json", $"\"{type}\"");

    [Fact]
    public Task Relative_positions_are_refused_by_name() =>
        FailsWithConfig("\"absolute\"", "\"relative_key\"", "config.json", "relative_key");

    [Fact]
    public Task A_parameter_of_another_shape_is_named() =>
        FailsWithConfig("\"intermediate_size\": 32", "\"intermediate_size\": 48", "intermediate.dense", "48", "32");

    [Fact]
    public Task A_missing_parameter_is_named() =>
        FailsWithConfig("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "encoder.layer.2");

    [Fact]
    public async Task A_graph_that_a_model_folder_lacks_is_named_with_how_to_make_it()
    {
        string folder = TinyModel.Copy(model.Path, _folder["model"]);
        Directory.Delete(Path.Combine(folder, "onnx"), recursive: true);
        await CliRun.Fails(["score", "--model", folder, "--input", model.Pairs, "--output", _folder["scores.jsonl"], "--graph", "onnx/model.onnx"], "onnx/model.onnx", "bertmlnet export");
        Assert.False(File.Exists(_folder["scores.jsonl"]));
    }

    [Fact]
    public async Task A_start_model_without_weights_is_refused_unless_asked_for()
    {
        await CliRun.Fails(["train", "--task", "pair", "--model", model.Start, "--train", model.Pairs, "--output", _folder["out"]], "no weights", "--from-scratch");
        NothingIsLeft();
    }

    [Fact]
    public async Task A_length_beyond_the_models_positions_is_refused()
    {
        await CliRun.Fails(Train(model.Pairs, "--max-length", "65"), "65", "max_position_embeddings", "64");
        await CliRun.Fails(["score", "--model", model.Path, "--input", model.Pairs, "--max-length", "65"], "65", "64");
        NothingIsLeft();
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_named()
    {
        string file = Write("file", "");
        string below = Path.Combine(file, "out");
        await CliRun.Fails(["train", "--task", "pair", "--model", model.Start, "--train", model.Pairs, "--output", below], "file", "cannot be written");
        await CliRun.Fails(["score", "--model", model.Path, "--input", model.Pairs, "--output", below], "file", "cannot be written");
        await CliRun.Fails(["export", "--model", model.Path, "--output", below + ".onnx"], "file", "cannot be written");
        await CliRun.Fails(["import", "--from", model.Path, "--output", below], "file", "cannot be written");
    }

    [Theory]
    [InlineData("--validation-fraction", "0")]
    [InlineData("--validation-fraction", "1")]
    [InlineData("--class-weight", "maybe=2")]
    [InlineData("--class-weight", "equivalent=0")]
    [InlineData("--epochs", "0")]
    [InlineData("--freeze", "9")]
    public async Task A_value_that_makes_no_sense_is_refused(string option, string value)
    {
        await CliRun.Fails(Train(model.Pairs, option, value), option[2..].Replace("class-weight", "class weights", StringComparison.Ordinal), value.Split('=')[0]);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("--checkpoint-minutes", "-1")]
    [InlineData("--checkpoint-minutes", "nan")]
    [InlineData("--learning-rate", "nan")]
    [InlineData("--learning-rate", "0,001")]
    [InlineData("--warmup", "1,000.5")]
    [InlineData("--epochs", "1e3")]
    [InlineData("--seed", "-1")]
    [InlineData("--validation-fraction", "0.5", "--validation", "other.tsv")]
    [InlineData("--class-weight", "equivalent")]
    [InlineData("--class-weight", "equivalent=2", "--class-weight", "equivalent=3")]
    [InlineData("--class-weight", "equivalent=2", "--balance-classes")]
    public async Task Options_that_cannot_be_understood_are_bad_usage(params string[] options)
    {
        CliRun run = await CliRun.Of(Train(model.Pairs, options));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: --", run.Error);
        Assert.Contains(options[0], run.Error);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("--threads", "0", "--threads must be at least 1")]
    [InlineData("--batch-tokens", "0", "--batch-tokens must be at least 1")]
    [InlineData("--n-best", "0", "--n-best must be at least 1")]
    [InlineData("--gpu", "-1", "--gpu must be at least 0")]
    [InlineData("--null-threshold", "1,5", "--null-threshold is '1,5'; expected a number, with a point before its fraction.")]
    public async Task Scoring_with_nothing_is_bad_usage(string option, string value, string message)
    {
        CliRun run = await CliRun.Of("score", "--model", model.Path, "--input", model.Pairs, option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public async Task A_system_folder_that_takes_no_files_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that refuses files even to root");
        await CliRun.Fails(Train(model.Pairs)[..^1].Append("/proc/self/out").ToArray(), "/proc/self/out", "cannot be written");
        await CliRun.Fails(["import", "--from", model.Path, "--output", "/proc/self/out"], "/proc/self/out", "cannot be written");
    }

    [Fact]
    public async Task Training_into_the_start_model_is_refused()
    {
        foreach (string start in new[] { model.Start, model.Start + Path.DirectorySeparatorChar })
            await CliRun.Fails(["train", "--task", "pair", "--model", start, "--train", model.Pairs, "--output", model.Start], "choose another");
    }

    [Fact]
    public async Task Training_and_validation_data_are_both_pairs_or_both_single_sentences()
    {
        File.WriteAllText(_folder["single.tsv"], "sentence1\tsentence_2\tlabel\none\ttwo\tequivalent\n");
        await CliRun.Fails(["train", "--task", "pair", "--model", model.Start, "--from-scratch", "--train", model.Pairs, "--validation", _folder["single.tsv"], "--output", _folder["out"]], "single.tsv", "no second sentence");
    }

    [Fact]
    public async Task Verifying_with_no_rows_is_no_verification()
    {
        File.WriteAllText(_folder["header.tsv"], "sentence1\tsentence2\n");
        await CliRun.Fails(["export", "--model", model.Path, "--output", _folder["graph.onnx"], "--verify-data", _folder["header.tsv"]], "there are no rows to verify it with");
    }

    [Fact]
    public async Task Numbers_of_rows_and_empty_paths_are_bad_usage()
    {
        Assert.Equal(ExitCodes.BadUsage, (await CliRun.Of("score", "--model", model.Path, "--input", model.Pairs, "--max-rows", "-1")).ExitCode);
        Assert.Equal(ExitCodes.BadUsage, (await CliRun.Of("score", "--model", "", "--input", model.Pairs)).ExitCode);
    }

    private async Task FailsToTrain(string data, params string[] parts)
    {
        await CliRun.Fails(Train(data), parts);
        NothingIsLeft(Path.GetFileName(data));
    }

    private async Task FailsWithConfig(string field, string replacement, params string[] parts)
    {
        string folder = TinyModel.Copy(model.Path, _folder["model"]);
        string config = Path.Combine(folder, "config.json");
        string text = File.ReadAllText(config);
        Assert.Contains(field, text);
        File.WriteAllText(config, text.Replace(field, replacement));
        await CliRun.Fails(["export", "--model", folder, "--output", _folder["graph.onnx"]], parts);
        await CliRun.Fails(["train", "--task", "pair", "--model", folder, "--train", model.Pairs, "--output", _folder["out"]], parts);
        NothingIsLeft("model");
    }

    private string[] Train(string data, params string[] more) =>
        ["train", "--task", "pair", "--model", model.Start, "--from-scratch", "--train", data, "--output", _folder["out"], .. more];

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    /// <summary>Nothing may be in the folder besides what the test put there.</summary>
    private void NothingIsLeft(params string[] expected)
    {
        IEnumerable<string> left = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder.Path, file))
            .Where(file => !expected.Contains(file.Split(Path.DirectorySeparatorChar)[0]));
        Assert.Empty(left);
    }
}
