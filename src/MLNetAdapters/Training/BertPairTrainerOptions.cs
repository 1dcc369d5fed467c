using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>What the pair classification trainers learn from, how, and what the fitted transformer adds.</summary>
public sealed record BertPairTrainerOptions
{
    /// <summary>The model folder to start from.</summary>
    public required string ModelPath { get; init; }

    /// <summary>
    /// The model folder to write; a run that was interrupted can be resumed from it. Where it is null each fit has a
    /// temporary folder that goes with its transformer, as cross-validation needs; <see cref="BertPipeline"/> saves it.
    /// </summary>
    public string? OutputPath { get; init; }

    /// <summary>The first text's column.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The second text's column; null where single texts are classified.</summary>
    public string? Sentence2ColumnName { get; init; } = "Sentence2";

    /// <summary>
    /// The label's column. For several classes it is text, or a key over text, whose order is then that of the scores; for
    /// two by the binary trainer it is a Boolean.
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The predicted label's column, of the label column's type.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The score's column; see <see cref="BertPairClassifyOptions.ScoreColumnName"/>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of the probability that the binary trainer's transformer adds.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>Data to judge each epoch by, with the same columns; where it is null a part of the training data is set aside.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>The part of the training data to set aside where there is no validation set.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Whether weights start at random in place of the model folder's.</summary>
    public bool FromScratch { get; init; }

    /// <summary>
    /// The most tokens of a pair in training, special tokens included; longer ones are shortened. Where it is null, what
    /// <see cref="TrainingRunOptions.MaxLength"/> takes then.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>The metric that decides which epoch's model is kept: <c>accuracy</c>, <c>f1</c> or <c>matthews</c>; the first where it is null.</summary>
    public string? Metric { get; init; }

    /// <summary>What an example's loss counts for, by its label; a label that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Whether labels are classes even where they look like scores, as numbers with fractions do.</summary>
    public bool LabelsAreClasses { get; init; }

    /// <summary>Epochs, batch size, learning rate, seed and the like.</summary>
    public TrainingOptions Optimization { get; init; } = new();

    /// <summary>Whether to go on with the run that <see cref="OutputPath"/> holds.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether a finished model in <see cref="OutputPath"/> is replaced, which is refused otherwise.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The engine that trains, the log, whom to report progress to, and what else a training works with.</summary>
    public TrainingEnvironment Environment { get; init; } = new();

    /// <summary>Ends training between two batches; with an <see cref="OutputPath"/> the run can then be resumed.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>How the fitted transformer scores.</summary>
    public ScoringOptions Scoring { get; init; } = new();
}
