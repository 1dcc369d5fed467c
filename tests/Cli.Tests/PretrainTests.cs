using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

public sealed class PretrainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PretrainTests()
    {
        Directory.CreateDirectory(_folder["start"]);
        File.WriteAllLines(_folder["start/vocab.txt"], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "dog", "sees", "hears", "a", "red", "blue", "."]);
        File.WriteAllText(
            _folder["start/config.json"],
            """{"vocab_size":14,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":16,"max_position_embeddings":32}""");
        File.WriteAllText(_folder["text.txt"], string.Join('\n', Enumerable.Range(0, 40).Select(i => $"The {(i % 2 == 0 ? "red cat" : "blue dog")} sees a {(i % 3 == 0 ? "dog" : "cat")}. The dog hears the cat.")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Text_becomes_a_model_that_train_begins_with()
    {
        CliRun pretrained = await CliRun.Of(
            "pretrain", "--model", _folder["start"], "--from-scratch", "--text", _folder["text.txt"], "--output", _folder["pre"], "--updates", "6",
            "--evaluate-every", "3", "--batch-size", "8", "--sentence-task", "same-content", "--whole-words", "--dropout", "0", "--tensorboard", "--json");

        Assert.Equal(0, pretrained.ExitCode);
        using JsonDocument result = JsonDocument.Parse(pretrained.Output);
        Assert.Equal(2, result.RootElement.GetProperty("epochs").GetInt32());
        Assert.InRange(result.RootElement.GetProperty("maskedAccuracy").GetDouble(), 0, 1);
        Assert.InRange(result.RootElement.GetProperty("sentenceAccuracy").GetDouble(), 0, 1);
        Assert.Single(Directory.GetFiles(_folder["pre/training/tensorboard"], "events.out.tfevents.*"));

        File.WriteAllText(_folder["pairs.tsv"], "label\tsentence1\tsentence2\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{(i % 2 == 0 ? "yes" : "no")}\tthe cat\tthe dog\n")));
        CliRun trained = await CliRun.Of(
            "train", "--task", "pair", "--model", _folder["pre"], "--train", _folder["pairs.tsv"], "--output", _folder["out"], "--epochs", "1");
        Assert.Equal(0, trained.ExitCode);
        Assert.True(File.Exists(_folder["out/onnx/model.onnx"]));
    }

    [Fact]
    public async Task A_run_makes_as_many_updates_as_it_is_told_to()
    {
        string[] start = ["pretrain", "--model", _folder["start"], "--from-scratch", "--text", _folder["text.txt"], "--output", _folder["pre"], "--batch-size", "4"];
        CliRun run = await CliRun.Of([.. start, "--updates", "2"]);
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(_folder["pre/training/metrics.json"]));
        Assert.Equal(2, metrics.RootElement.GetProperty("updates").GetInt32());

        CliRun refused = await CliRun.Of([.. start, "--updates", "7", "--evaluate-every", "3", "--overwrite"]);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("--updates: 7 is out of range; expected a multiple of --evaluate-every, which is 3", refused.Error);
    }

    [Fact]
    public async Task Epochs_are_no_option_of_a_run_that_counts_updates()
    {
        CliRun run = await CliRun.Of(
            "pretrain", "--model", _folder["start"], "--from-scratch", "--text", _folder["text.txt"], "--output", _folder["pre"], "--epochs", "3");

        Assert.Equal(2, run.ExitCode);
    }
}
