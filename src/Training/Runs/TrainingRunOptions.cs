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

    /// <summary>The most tokens of a sequence, special tokens included; where it is null, what is usual for the task or what the model takes, if that is less.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How to train.</summary>
    public TrainingOptions Optimization { get; init; } = new();

    /// <summary>Whether to go on with the run that the output folder holds.</summary>
    public bool Resume { get; init; }

    /// <summary>Loads the model and the data. It is called once, when the output folder is the run's own.</summary>
    internal abstract PreparedRun Prepare(ILogger logger, CancellationToken cancellationToken);
}
