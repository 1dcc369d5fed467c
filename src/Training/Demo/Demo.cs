using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// The files of a demonstration that needs nothing from outside: generated examples to learn from and to measure with, and,
/// where no pre-trained model is at hand, a smaller one without weights whose vocabulary is that of the examples.
/// </summary>
public abstract class Demo
{
    /// <summary>Decides what is generated, and how training goes.</summary>
    private protected const int Seed = 1;

    /// <summary>Names the files.</summary>
    /// <param name="folder">The demonstration's folder.</param>
    /// <param name="ending">The ending of the examples' files.</param>
    /// <param name="pretrained">The pre-trained model to begin with; null for random weights.</param>
    private protected Demo(string folder, string ending, string? pretrained)
    {
        ArgumentNullException.ThrowIfNull(folder);
        FromScratch = pretrained is null;
        TrainingPath = Path.Combine(folder, "data", "train" + ending);
        HeldOutPath = Path.Combine(folder, "data", "heldout" + ending);
        Start = new ModelFolder(pretrained ?? Path.Combine(folder, "start"));
        ModelPath = Path.Combine(folder, "model");
    }

    /// <summary>The examples to learn from, with what is right.</summary>
    public string TrainingPath { get; }

    /// <summary>The examples to measure with, with what is right.</summary>
    public string HeldOutPath { get; }

    /// <summary>The model to begin with: pre-trained, or a configuration and a tokenizer alone.</summary>
    public ModelFolder Start { get; }

    /// <summary>Whether fine-tuning begins with random weights.</summary>
    public bool FromScratch { get; }

    /// <summary>Where the demonstration puts the model that comes of it.</summary>
    public string ModelPath { get; }

    /// <summary>How to fine-tune the model, which learns the task in a few minutes.</summary>
    public abstract TrainingRunOptions FineTuning { get; }

    /// <summary>How the weights are learned: a pre-trained model wants smaller steps, and fewer of them.</summary>
    /// <param name="epochs">How many epochs a pre-trained model takes.</param>
    private protected TrainingOptions Optimization(int epochs) => FromScratch
        ? new() { Epochs = 6, BatchSize = 32, LearningRate = 1e-3, Seed = Seed }
        : new() { Epochs = epochs, BatchSize = 16, LearningRate = 2e-4, Seed = Seed };

    /// <summary>Tokenizes the examples to measure with, for a comparison of logits.</summary>
    /// <param name="model">The model that came of it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public abstract IFeatureSet HeldOutFeatures(ModelFolder model, CancellationToken cancellationToken = default);

    /// <summary>Writes the model to begin with, unless it is pre-trained; the vocabulary is that of the texts.</summary>
    private protected void SaveStart(IEnumerable<string> texts, BertConfig config, Head head)
    {
        if (!FromScratch)
            return;
        var vocabulary = new Vocabulary(WordListVocabulary.Build(texts));
        config = config with
        {
            VocabSize = vocabulary.Count,
            HiddenSize = 128,
            NumHiddenLayers = 2,
            NumAttentionHeads = 4,
            IntermediateSize = 512,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
            InitializerRange = 0.05f,
        };
        new WordPieceTokenizer(vocabulary).Save(Start.FolderPath, config.MaxPositionEmbeddings);
        config.Save(Start.ConfigPath, head);
    }
}
