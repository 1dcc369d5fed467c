using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What the demonstration does for one task and not for another.</summary>
internal interface IDemoShow
{
    /// <summary>What is learned, in the plural.</summary>
    string What { get; }

    /// <summary>Writes the files; training begins with the pre-trained model where there is one.</summary>
    Demo Create(string folder, string? pretrained);

    /// <summary>Scores the held-out examples through an ML.NET pipeline.</summary>
    IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model, string heldOutPath);
}
