using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Training;

[assembly: AssemblyFixture(typeof(BertMLNet.Cli.Tests.TinyQuestionModel))]

namespace BertMLNet.Cli.Tests;

/// <summary>A model folder that the command itself trained, on a few generated questions, some without an answer; made once for all tests.</summary>
public sealed class TinyQuestionModel : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A configuration and a tokenizer, without weights.</summary>
    public string Start => _folder["start"];

    /// <summary>The trained model folder.</summary>
    public string Path => _folder["model"];

    /// <summary>The questions it was trained on, as SQuAD's JSON.</summary>
    public string Squad => _folder["questions.json"];

    /// <summary>The questions it was trained on.</summary>
    public IReadOnlyList<QuestionExample> Questions { get; } = new QuestionGenerator(seed: 6, unanswerable: 0.25).Training(48);

    /// <summary>The command line that trained it, but for the output.</summary>
    public string[] TrainArguments =>
        ["train", "--task", "qa", "--model", Start, "--from-scratch", "--train", Squad, "--epochs", "1", "--max-length", "80", "--doc-stride", "16"];

    public async ValueTask InitializeAsync()
    {
        SquadWriter.Write(Squad, Questions, "Generated");
        TinyStart.Write(Start, Questions.SelectMany(example => new[] { example.Context, example.Question }), Heads.Questions, new BertConfig { MaxPositionEmbeddings = 128 });
        await CliRun.Succeeds([.. TrainArguments, "--output", Path]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
