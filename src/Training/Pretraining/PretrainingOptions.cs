namespace BertMLNet.Training;

/// <summary>How to pre-train a model on plain text.</summary>
public sealed record PretrainingOptions
{
    /// <summary>The model to start from: configuration, tokenizer and, unless <see cref="FromScratch"/>, weights.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model folder to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>The text: files and folders; see <see cref="TextCorpusReader.Read"/>.</summary>
    public required IReadOnlyList<string> TextPaths { get; init; }

    /// <summary>Text to judge by; where there is none, a part of the text is set aside.</summary>
    public IReadOnlyList<string> ValidationPaths { get; init; } = [];

    /// <summary>The part of the text that is set aside, in stretches of sentences, where there is no other to judge by.</summary>
    public double ValidationFraction { get; init; } = 0.01;

    /// <summary>The most examples to judge by.</summary>
    public int ValidationExamples { get; init; } = 2000;

    /// <summary>Whether weights start at random in place of the model's, which then needs none.</summary>
    public bool FromScratch { get; init; }

    /// <summary>Updates in all.</summary>
    public int Updates { get; init; } = 10_000;

    /// <summary>Updates between two evaluations on the text set aside.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>The most tokens of an example, special tokens included; text fills it. Where it is null, 128 or what the model takes, if that is less.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How tokens are masked.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>What is asked of two texts.</summary>
    public SentenceTask SentenceTask { get; init; }

    /// <summary>The part of the examples that are two texts, where there is a <see cref="SentenceTask"/>.</summary>
    public double SentencePart { get; init; } = 0.5;

    /// <summary>
    /// The dropout rate while pre-training; null for the configuration's. Text that is seen about once needs none; the model
    /// that is written keeps the configuration's rates, for its fine-tuning.
    /// </summary>
    public float? Dropout { get; init; }

    /// <summary>How to train; <see cref="TrainingOptions.Epochs"/> is worked out from <see cref="Updates"/> and <see cref="EvaluateEvery"/>.</summary>
    public TrainingOptions Optimization { get; init; } = DefaultOptimization;

    /// <summary>Whether to go on with the run that the output folder holds.</summary>
    public bool Resume { get; init; }

    /// <summary>What pre-training does unless it is told otherwise: a batch of 128, 5e-4 at the highest, updates of text drawn at random.</summary>
    public static TrainingOptions DefaultOptimization { get; } = new()
    {
        BatchSize = 128,
        LearningRate = 5e-4,
        Warmup = 0.05,
        Beta2 = 0.98,
        Epsilon = 1e-6,
        BucketUpdates = 1,
    };
}
