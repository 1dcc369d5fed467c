using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>The files of a demonstration that needs nothing from outside: generated examples to learn from and to measure with.</summary>
internal abstract class Demo(string folder, string ending)
{
    /// <summary>Decides what is generated, and how training goes.</summary>
    protected const int Seed = 1;

    /// <summary>The examples to learn from, with what is right.</summary>
    public string TrainingPath { get; } = Path.Combine(folder, "data", "train" + ending);

    /// <summary>The examples to measure with, with what is right.</summary>
    public string HeldOutPath { get; } = Path.Combine(folder, "data", "heldout" + ending);

    /// <summary>Where the demonstration puts the model that comes of it.</summary>
    public string ModelPath { get; } = Path.Combine(folder, "model");

    /// <summary>How to fine-tune the model that ships with the command, which learns the task in a few minutes.</summary>
    public abstract TrainingRunOptions FineTuning { get; }

    /// <summary>Scores the held-out examples with a model folder through an ML.NET pipeline.</summary>
    public abstract IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model);

    /// <summary>How the weights are learned.</summary>
    protected static TrainingOptions Optimization(int epochs) =>
        new() { Epochs = epochs, BatchSize = 16, LearningRate = 2e-4, Seed = Seed };
}

/// <summary>A figure, from 0 to 1, that a demonstration measured through ML.NET: its name in JSON, and what it is for people.</summary>
internal sealed record DemoFigure(string Name, string Title, double Value);
