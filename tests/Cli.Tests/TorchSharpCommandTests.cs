using System.Runtime.InteropServices;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli.Tests;

/// <summary>
/// The way from data to ML.NET with TorchSharp for the engine, for each task; training ends with a check of the graph that it wrote.
/// </summary>
public sealed class TorchSharpCommandTests(TinyModel pairs, TinyQuestionModel questions, TinyEntityModel entities) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pairs_are_learnt_exported_verified_and_scored_in_ML_NET()
    {
        string model = await Train([.. pairs.TrainArguments[..^2], "--epochs", "20", "--batch-size", "8", "--learning-rate", "5e-3"]);
        IDataView data = _mlContext.Data.LoadFromTextFile(
            pairs.Pairs,
            [new("Sentence1", DataKind.String, 0), new("Sentence2", DataKind.String, 1), new("Label", DataKind.String, 2)],
            hasHeader: true);

        using BertTransformer bert = _mlContext.Transforms.BertPairClassify(model).Fit(data);
        IDataView scored = bert.Transform(data);

        string[] expected = [.. scored.GetColumn<string>("Label")], predicted = [.. scored.GetColumn<string>("PredictedLabel")];
        Assert.InRange(expected.Zip(predicted).Count(pair => pair.First == pair.Second), expected.Length * 2 / 3, expected.Length);
    }

    [Fact]
    public async Task Questions_are_learnt_exported_verified_and_answered_in_ML_NET()
    {
        string model = await Train(questions.TrainArguments);
        IDataView data = _mlContext.Data.LoadFromEnumerable(
            questions.Questions.Select(example => new QuestionRow { Question = example.Question, Context = example.Context }));

        using BertTransformer bert = _mlContext.Transforms.BertAnswerQuestion(model).Fit(data);
        IDataView scored = bert.Transform(data);

        string[] contexts = [.. scored.GetColumn<string>("Context")], answers = [.. scored.GetColumn<string>("Answer")];
        Assert.Equal(questions.Questions.Count, answers.Length);
        Assert.All(contexts.Zip(answers), row => Assert.Contains(row.Second, row.First, StringComparison.Ordinal));
        Assert.All(scored.GetColumn<float>("Score"), score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public async Task Entities_are_learnt_exported_verified_and_found_in_ML_NET()
    {
        string model = await Train(entities.TrainArguments);
        EntityExample[] examples = [.. EntityReader.Read(entities.Lines, TestContext.Current.CancellationToken)];
        IDataView data = _mlContext.Data.LoadFromEnumerable(examples.Select(example => new TextRow { Text = example.Text }));

        using BertTransformer bert = _mlContext.Transforms.BertRecognizeEntities(model).Fit(data);
        string[][] types = [.. bert.Transform(data).GetColumn<string[]>("EntityType")];

        Assert.InRange(types.Count(row => row is ["PER", "LOC"]), examples.Length * 2 / 3, examples.Length);
    }

    /// <summary>Trains in a process of its own: the command's folder has libtorch, and this test's has none.</summary>
    private async Task<string> Train(string[] arguments)
    {
        bool hasTorchSharp = OperatingSystem.IsWindows()
            || RuntimeInformation.ProcessArchitecture == (OperatingSystem.IsMacOS() ? Architecture.Arm64 : Architecture.X64);
        Assert.SkipUnless(hasTorchSharp, "TorchSharp has no library for this platform");
        string output = _folder["model"];
        CliRun run = await CliProcess.RunBuilt([.. arguments, "--output", output, "--engine", "torchsharp", "--device", "cpu", "--seed", "3"]);
        Assert.True(run.ExitCode == ExitCodes.Done, run.Error);
        Assert.Contains("engine: torchsharp on cpu (as asked for)", run.Error, StringComparison.Ordinal);
        Assert.Contains("torchsharp", File.ReadAllText(new ModelFolder(output).MetricsPath), StringComparison.Ordinal);
        Assert.True(File.Exists(new ModelFolder(output).OnnxPath));
        return output;
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class QuestionRow
    {
        public string Question { get; set; } = "";

        public string Context { get; set; } = "";
    }
}
