using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>A model, a task and how to train: what every head hands to the <see cref="TrainingRun"/>.</summary>
internal sealed record PreparedRun
{
    /// <summary>The weights to start from; training changes them.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>The configuration to write, given what the kept weights reached; that of <see cref="Parameters"/> where it is null.</summary>
    public Func<TaskMetrics, BertConfig>? SavedConfig { get; init; }

    /// <summary>The model's tokenizer, whose files go into the model folder.</summary>
    public required WordPieceTokenizer Tokenizer { get; init; }

    /// <summary>What to learn and what to judge by.</summary>
    public required TrainingTask Task { get; init; }

    /// <summary>How to train.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Looks at the trained model and makes tables of it for the report, beside those of its metrics; null for none.</summary>
    public Func<ITrainingEngine, IReadOnlyList<ReportTable>>? Describe { get; init; }
}
