using System.Text.Json;

namespace BertMLNet.Cli.Tests;

/// <summary>The commands on a question answering model, when all is well.</summary>
public sealed class QuestionCommandTests(TinyQuestionModel model)
{
    [Fact]
    public void Train_writes_a_whole_model_folder()
    {
        string[] expected =
        [
            "README.md", "config.json", "model.safetensors", "onnx/model.onnx", "onnx/model_optimized.onnx", "special_tokens_map.json",
            "tokenizer.json", "tokenizer_config.json", "training/metrics.json", "training/report.html", "vocab.txt",
        ];
        Assert.All(expected, file => Assert.True(File.Exists(Path.Combine(model.Path, file)), file));
        JsonElement metrics = JsonElement.Parse(File.ReadAllText(Path.Combine(model.Path, "training", "metrics.json")));
        Assert.Equal("qa", metrics.GetProperty("task").GetString());
        Assert.InRange(metrics.GetProperty("best").GetProperty("f1").GetDouble(), 0, 1);
        Assert.StartsWith("bertmlnet train --task qa", metrics.GetProperty("command").GetString());
        Assert.Contains("BertForQuestionAnswering", File.ReadAllText(Path.Combine(model.Path, "config.json")));
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
}
