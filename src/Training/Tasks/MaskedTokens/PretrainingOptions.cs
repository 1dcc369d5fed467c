using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// How to pre-train a model on plain text: masked tokens and, where it is asked for, a judgement of two texts. The model
/// folder that comes of it has no ONNX graphs: it is there to be fine-tuned. <see cref="TrainingOptions.Epochs"/> is worked
/// out from <see cref="Updates"/> and <see cref="EvaluateEvery"/>; examples are of 128 tokens unless
/// <see cref="TrainingRunOptions.MaxLength"/> says otherwise.
/// </summary>
public sealed partial record PretrainingOptions : TrainingRunOptions
{
    /// <summary>Starts from the usual settings of pre-training.</summary>
    public PretrainingOptions()
    {
        Optimization = DefaultOptimization;
        ValidationFraction = 0.01;
    }

    /// <summary>The text: files and folders; see <see cref="TextCorpusReader.Read"/>.</summary>
    public required IReadOnlyList<string> TextPaths { get; init; }

    /// <summary>Text to judge by; where there is none, a part of the text is set aside.</summary>
    public IReadOnlyList<string> ValidationPaths { get; init; } = [];

    /// <summary>The most examples to judge by.</summary>
    public int ValidationExamples { get; init; } = 2000;

    /// <summary>Updates in all.</summary>
    public int Updates { get; init; } = 10_000;

    /// <summary>Updates between two evaluations on the text set aside.</summary>
    public int EvaluateEvery { get; init; } = 500;

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

    /// <summary>Is told how much of the text is read.</summary>
    public IProgress<TransferProgress>? Reading { get; init; }

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
