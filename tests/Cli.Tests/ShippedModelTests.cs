using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

/// <summary>The pre-trained model that comes with the command is whole, knows some English, and is what the demo begins with.</summary>
public sealed class ShippedModelTests : IDisposable
{
    /// <summary>Written for this test: the model cannot have seen it.</summary>
    private static readonly string[] Story =
    [
        "The old man walked down to the river every morning before breakfast. He liked to watch the boats come in and to talk with the people who worked on them.",
        "One day he did not come. His friends waited for him until noon, and then they went up to the house to see what was the matter.",
        "They found him at the table with a letter in his hand. It was from his son, who had gone to live in the city many years before.",
        "The letter said that the son was coming home in the spring with his wife and their two children. The old man had read it again and again.",
        "In the first week of the war the government closed the schools, and most of the teachers were sent to the north of the country.",
        "The bridge was built of stone at the end of the last century. It is the only way to cross the water for a hundred miles.",
        "She opened the door and looked out into the street, but there was no one there. The lights in the other houses had gone out.",
        "The company was founded by two brothers, and after the death of the younger it was sold to a bank in London.",
    ];

    private readonly TemporaryFolder _folder = new();

    private static string Model => ShippedModel.Folder;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_small_and_holds_half_precision_weights()
    {
        Assert.InRange(Directory.EnumerateFiles(Model, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1_000_000, 12_500_000);
        var folder = new ModelFolder(Model);
        BertConfig config = folder.LoadConfig();
        using ICheckpoint checkpoint = folder.OpenWeights();
        Assert.Equal((4, 256, Heads.PreTraining), (config.NumHiddenLayers, config.HiddenSize, folder.DetectHead()));
        Assert.Equal(config.VocabSize, File.ReadLines(Path.Combine(Model, "vocab.txt")).Count());
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal("F16", tensor.Value.ElementType));
    }

    [Fact]
    public async Task It_predicts_masked_words_of_a_text_it_has_not_seen()
    {
        File.WriteAllText(_folder["story.txt"], string.Join("\n\n", Story));
        // The one update, at a learning rate of next to nothing, leaves the weights as they are.
        CliRun run = await CliRun.Of(
            [
                "pretrain", "--model", Model, "--text", _folder["story.txt"], "--validation", .. Enumerable.Repeat(_folder["story.txt"], 8),
                "--output", _folder["judged"], "--updates", "1", "--batch-size", "1", "--learning-rate", "1e-12", "--json",
            ]);

        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument result = JsonDocument.Parse(run.Output);
        // A model that always says the commonest token is right one time in seven.
        Assert.InRange(result.RootElement.GetProperty("maskedAccuracy").GetDouble(), 0.25, 1);
    }

    [Fact]
    public void The_demo_begins_with_it()
    {
        PairDemo demo = PairDemo.Create(_folder["demo"], trainingPairs: 64, heldOutPairs: 16);

        TrainedModel result = TrainingRun.Execute(demo.FineTuning);

        Assert.Equal(Model, demo.FineTuning.ModelPath);
        BertConfig config = result.Folder.LoadConfig();
        Assert.Equal((4, 256), (config.NumHiddenLayers, config.HiddenSize));
        Assert.Equal(PairGenerator.Labels.Order(StringComparer.Ordinal), config.Labels);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Model, "vocab.txt")), File.ReadAllBytes(Path.Combine(result.Folder.FolderPath, "vocab.txt")));
    }
}
