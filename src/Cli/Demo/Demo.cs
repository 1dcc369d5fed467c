using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>
/// The files of a demonstration that needs nothing from outside: generated examples to learn from and to measure with, and,
/// where no pre-trained model is at hand, a smaller one without weights whose vocabulary is that of the examples.
/// </summary>
internal abstract class Demo
{
    /// <summary>Decides what is generated, and how training goes.</summary>
    protected const int Seed = 1;

    /// <summary>Names the files.</summary>
    /// <param name="folder">The demonstration's folder.</param>
    /// <param name="ending">The ending of the examples' files.</param>
    /// <param name="pretrained">The pre-trained model to begin with; null for random weights.</param>
    protected Demo(string folder, string ending, string? pretrained)
    {
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

    /// <summary>Scores the held-out examples through an ML.NET pipeline.</summary>
    /// <param name="model">The model folder.</param>
    public abstract IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model);

    /// <summary>How the weights are learned: a pre-trained model wants smaller steps, and fewer of them.</summary>
    /// <param name="epochs">How many epochs a pre-trained model takes.</param>
    protected TrainingOptions Optimization(int epochs) => FromScratch
        ? new() { Epochs = 6, BatchSize = 32, LearningRate = 1e-3, Seed = Seed }
        : new() { Epochs = epochs, BatchSize = 16, LearningRate = 2e-4, Seed = Seed };

    /// <summary>Writes the model to begin with, unless it is pre-trained.</summary>
    protected void SaveStart(IEnumerable<string> texts, BertConfig config, Head head)
    {
        if (FromScratch)
            SmallStart.Save(Start, texts, config, head);
    }
}

/// <summary>A figure that a demonstration measured through ML.NET.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Value">A fraction from 0 to 1.</param>
internal sealed record DemoFigure(string Name, string Title, double Value);
