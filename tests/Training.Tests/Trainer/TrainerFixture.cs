using System.Text;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training.Tests;

/// <summary>A small task that logistic regression can learn, and runs of the trainer on it.</summary>
internal sealed class TrainerFixture
{
    public static TrainingOptions Options { get; } = new()
    {
        Epochs = 4, BatchSize = 8, MicroBatchTokens = 60, LearningRate = 0.05, Seed = 3, CheckpointEvery = TimeSpan.Zero,
    };

    /// <summary>Rows of letters: class "vowels" has more of them, class "rest" fewer; lengths differ widely.</summary>
    public static TrainingTask Task(int rows = 90, string? poisonedRow = null)
    {
        var random = new Random(5);
        var text = new StringBuilder("label\tsentence1\n");
        for (int i = 0; i < rows; i++)
        {
            bool vowels = random.Next(2) == 0;
            string letters = string.Concat(Enumerable.Range(0, 2 + random.Next(20)).Select(_ =>
                random.Next(4) > 0 == vowels ? "aeiou"[random.Next(5)] : "bcdfg"[random.Next(5)]));
            text.Append(vowels ? "vowels" : "rest").Append('\t').Append(i == 20 && poisonedRow is not null ? poisonedRow : letters).Append('\n');
        }
        var options = new PairFileOptions { Table = new TableOptions { Format = TableFormat.Tsv } };
        using PairFile file = PairFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), "letters.tsv", options);
        LabelledPairs all = LabelledPairs.Read(file, (rows, _, sequences) =>
        {
            foreach (string row in rows)
                sequences.Add([.. row.Select(c => (int)c)], row.Length);
        });
        (LabelledPairs training, LabelledPairs validation) = all.Split(0.2, 1);
        return new TrainingTask(training, validation);
    }

    public static LogisticEngine Engine(TrainingOptions options, double dropout = 0.1) =>
        new(2, OptimizerOptions.For(LogisticEngine.SpecsFor(2), options), dropout);

    public static IReadOnlyList<ParameterGroup> Groups(TrainingOptions options) => OptimizerOptions.For(LogisticEngine.SpecsFor(2), options).Groups;

    /// <summary>Trains from the start or from a checkpoint.</summary>
    public static (LogisticEngine Engine, TrainingOutcome Outcome) Train(
        string folder,
        TrainingOptions options,
        bool resume = false,
        TrainingTask? task = null,
        Action<TrainingProgress>? onProgress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        LogisticEngine engine = Engine(options);
        var trainer = new Trainer(
            engine, Groups(options), task ?? Task(), options, new CheckpointStore(folder, logger), logger, onProgress is null ? null : new CallbackProgress(onProgress));
        return (engine, trainer.Run(resume, cancellationToken));
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, calls back at once and on the same thread.</summary>
    private sealed class CallbackProgress(Action<TrainingProgress> callback) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => callback(value);
    }
}
