namespace BertMLNet.Training;

/// <summary>How to fine-tune a model on pairs.</summary>
public sealed record PairFineTuningOptions
{
    /// <summary>The model to start from: configuration, tokenizer and, unless <see cref="FromScratch"/>, weights.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model folder to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Opens the training data, e.g. <c>() => PairFile.Open(path)</c>.</summary>
    public required Func<IPairSource> Training { get; init; }

    /// <summary>Opens the validation data; null to set a part of the training data aside.</summary>
    public Func<IPairSource>? Validation { get; init; }

    /// <summary>The part of the training data to set aside where there is no validation data.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Whether weights start at random in place of the model's, which then needs none.</summary>
    public bool FromScratch { get; init; }

    /// <summary>
    /// The most tokens of a pair, special tokens included; longer ones are shortened. Where it is null, 128 or what the model
    /// takes, if that is less.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>The metric that decides which epoch's model is kept: <c>accuracy</c>, <c>f1</c> or <c>matthews</c>.</summary>
    public string Metric { get; init; } = ClassificationMetrics.AccuracyName;

    /// <summary>What an example's loss counts for, by its class's name; a class that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>How to train.</summary>
    public TrainingOptions Optimization { get; init; } = new();

    /// <summary>Whether to go on with the run that the output folder holds.</summary>
    public bool Resume { get; init; }
}
