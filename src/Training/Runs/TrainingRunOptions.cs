using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>How to train a model, whatever the task.</summary>
public abstract record TrainingRunOptions
{
    /// <summary>The model to start from: configuration, tokenizer and, unless <see cref="FromScratch"/>, weights.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model folder to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>The part of the training data to set aside where there is no validation data; from above 0 to below 1.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Whether weights start at random in place of the model's, which then needs none.</summary>
    public bool FromScratch { get; init; }

    /// <summary>
    /// The most tokens of a sequence, special tokens included; where it is null, what is usual for the task or what the model
    /// takes, if that is less.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>How to train.</summary>
    public TrainingOptions Optimization { get; init; } = new();

    /// <summary>Whether to go on with the run that the output folder holds.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether a finished model in the output folder is replaced, which is refused otherwise.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Loads the model and the data. It is called once, when the output folder is the run's own.</summary>
    /// <exception cref="BertMLNetException">An option, the model, its tokenizer or the data is wrong.</exception>
    internal PreparedRun Prepare(ILogger logger, CancellationToken cancellationToken)
    {
        TrainingOptions training = Validated();
        PreparedRun run = Prepare(StartingModel.Open(this, logger), training, logger, cancellationToken);
        return run with { Task = run.Task.Of(run.Parameters, FromScratch) };
    }

    /// <summary>Checks what can be checked before anything is opened, and gives the training's own options.</summary>
    private protected virtual TrainingOptions Validated()
    {
        Optimization.Validate();
        return Optimization;
    }

    /// <summary>Loads the data, and the weights with the task's head on them.</summary>
    private protected abstract PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken);

    /// <summary>Checks the part of the training data that is set aside where there is no validation data.</summary>
    private protected void CheckValidationFraction() =>
        TrainingOptions.Check(ValidationFraction is > 0 and < 1, "validation-fraction", ValidationFraction, "above 0 and below 1");
}

/// <summary>A model, a task and how to train: what every task hands to <see cref="TrainingRun"/>.</summary>
internal sealed record PreparedRun
{
    /// <summary>What the run's documents say of the task.</summary>
    public required TaskText Text { get; init; }

    /// <summary>The weights to start from; training changes them.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>
    /// The configuration to write, given what the kept weights reached; that of <see cref="Parameters"/> where it is null.
    /// </summary>
    public Func<TaskMetrics, BertConfig>? SavedConfig { get; init; }

    /// <summary>The model's tokenizer, whose files go into the model folder.</summary>
    public required WordPieceTokenizer Tokenizer { get; init; }

    /// <summary>What to learn and what to judge by.</summary>
    public required TrainingTask Task { get; init; }

    /// <summary>How to train.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Looks at the trained model and makes tables of it for the report, beside those of its metrics; null for none.</summary>
    public Func<ITrainingEngine, IReadOnlyList<ReportTable>>? Describe { get; init; }
}

/// <summary>What a run's documents say of its task.</summary>
/// <param name="Name">Its name in <c>metrics.json</c>.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="LongTexts">What becomes of texts that are longer than the model takes.</param>
internal sealed record TaskText(string Name, string Title, string LongTexts = "shortened");
