using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// The files of a demonstration that needs nothing from outside: generated pairs to learn from and to measure with, and a
/// small model without weights whose vocabulary is that of the pairs.
/// </summary>
public sealed class PairDemo
{
    private const int Seed = 1;

    private PairDemo(string folder)
    {
        TrainingPath = Path.Combine(folder, "data", "train.tsv");
        HeldOutPath = Path.Combine(folder, "data", "heldout.tsv");
        Start = new ModelFolder(Path.Combine(folder, "start"));
        ModelPath = Path.Combine(folder, "model");
    }

    /// <summary>The pairs to learn from, with a label.</summary>
    public string TrainingPath { get; }

    /// <summary>The pairs to measure with, with a label.</summary>
    public string HeldOutPath { get; }

    /// <summary>The model to begin with: configuration and tokenizer.</summary>
    public ModelFolder Start { get; }

    /// <summary>Where the demonstration puts the model that comes of it.</summary>
    public string ModelPath { get; }

    /// <summary>Training options under which the small model learns the task in a minute or two.</summary>
    public static TrainingOptions TrainingOptions { get; } = new() { Epochs = 6, BatchSize = 32, LearningRate = 1e-3, Seed = Seed };

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The demonstration's folder; it is created where it is absent.</param>
    /// <param name="trainingPairs">How many pairs to learn from.</param>
    /// <param name="heldOutPairs">How many pairs to measure with.</param>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public static PairDemo Create(string folder, int trainingPairs = 8000, int heldOutPairs = 1000)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var demo = new PairDemo(folder);
        var generator = new PairGenerator(Seed);
        IReadOnlyList<DemoPair> training = generator.Training(trainingPairs);
        WriteTsv(demo.TrainingPath, training);
        WriteTsv(demo.HeldOutPath, generator.HeldOut(heldOutPairs));

        var vocabulary = new Vocabulary(WordListVocabulary.Build(training.SelectMany(pair => new[] { pair.Sentence1, pair.Sentence2 })));
        new WordPieceTokenizer(vocabulary).Save(demo.Start.FolderPath, Config(vocabulary.Count).MaxPositionEmbeddings);
        Config(vocabulary.Count).Save(demo.Start.ConfigPath, TaskHead.PairClassification);
        return demo;
    }

    private static BertConfig Config(int vocabSize) => new()
    {
        VocabSize = vocabSize,
        HiddenSize = 128,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        IntermediateSize = 512,
        MaxPositionEmbeddings = 64,
        HiddenDropoutProb = 0,
        AttentionProbsDropoutProb = 0,
        InitializerRange = 0.05f,
        Labels = PairGenerator.Labels,
    };

    private static void WriteTsv(string path, IReadOnlyList<DemoPair> pairs)
    {
        var text = new StringBuilder("sentence1\tsentence2\tlabel\n");
        foreach (DemoPair pair in pairs)
            text.Append(pair.Sentence1).Append('\t').Append(pair.Sentence2).Append('\t').Append(PairGenerator.Labels[pair.Equivalent ? 1 : 0]).Append('\n');
        AtomicFile.WriteAllText(path, text.ToString());
    }
}
