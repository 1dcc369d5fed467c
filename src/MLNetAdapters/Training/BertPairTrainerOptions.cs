using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>What the trainers over pairs, or single texts, learn from and how.</summary>
public abstract record BertTextTrainerOptions
{
    private protected BertTextTrainerOptions()
    {
    }

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

    /// <summary>The column of what is right.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The score's column.</summary>
    public string ScoreColumnName { get; init; } = "Score";

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

    /// <summary>
    /// The metric that decides which epoch's model is kept; see <see cref="PairFineTuningOptions.Metric"/>, which says the standard, too.
    /// </summary>
    public string? Metric { get; init; }

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

    /// <summary>What the label's column holds.</summary>
    internal abstract LabelKind Label { get; }

    /// <summary>What is learned, beside what every task has.</summary>
    internal abstract PairFineTuningOptions Learned(PairFineTuningOptions options);

    /// <summary>How the fitted transformer scores.</summary>
    internal abstract BertOptions Scored(string modelPath, bool labelIsKey);

    /// <summary>The columns that it will add, as far as they are known before.</summary>
    internal abstract IEnumerable<DataViewSchema.DetachedColumn> Added(bool labelIsKey);
}

/// <summary>
/// What the pair classification trainers learn from, how, and what the fitted transformer adds. The label is text for several classes, or
/// a key over text, whose order is then that of the scores; for two by the binary trainer it is a Boolean.
/// </summary>
public sealed record BertPairTrainerOptions : BertTextTrainerOptions
{
    /// <summary>The predicted label's column, of the label column's type.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The column of the probability that the binary trainer's transformer adds.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>What an example's loss counts for, by its label; a label that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Whether labels are classes even where they look like scores, as numbers with fractions do.</summary>
    public bool LabelsAreClasses { get; init; }

    /// <summary>Whether the binary trainer has these options.</summary>
    internal bool Binary { get; init; }

    internal override LabelKind Label => Binary ? LabelKind.Boolean : LabelKind.Text;

    internal override PairFineTuningOptions Learned(PairFineTuningOptions options) => options with
    {
        ClassWeights = ClassWeights,
        BalanceClasses = BalanceClasses,
        LabelsAreClasses = LabelsAreClasses,
    };

    internal override BertOptions Scored(string modelPath, bool labelIsKey) => Classified(modelPath, labelIsKey);

    // The labels themselves are known only from the data, and their number is not part of a shape.
    internal override IEnumerable<DataViewSchema.DetachedColumn> Added(bool labelIsKey) =>
        Classified(ModelPath, labelIsKey).Columns(["0", "1"]).Select(output => output.Column);

    private BertPairClassifyOptions Classified(string modelPath, bool labelIsKey) => new()
    {
        ModelPath = modelPath,
        Sentence1ColumnName = Sentence1ColumnName,
        Sentence2ColumnName = Sentence2ColumnName,
        OutputColumnName = OutputColumnName,
        ScoreColumnName = ScoreColumnName,
        LabelColumnName = LabelColumnName,
        ProbabilityColumnName = Binary ? ProbabilityColumnName : null,
        PredictedLabelAsKey = labelIsKey && !Binary,
        BinaryScore = Binary,
        Scoring = Scoring,
    };
}

/// <summary>
/// What the regression trainer learns from, how, and what the fitted transformer adds. The label is a Single or a Double.
/// </summary>
public sealed record BertPairRegressionOptions : BertTextTrainerOptions
{
    /// <summary>
    /// Whether labels are 1 for texts that are relevant and 0 for those that are not, learned by the logistic loss as rerankers are;
    /// the score is then a probability. Otherwise they are values, learned by their squared error.
    /// </summary>
    public bool Relevance { get; init; }

    internal override LabelKind Label => LabelKind.Number;

    internal override PairFineTuningOptions Learned(PairFineTuningOptions options) =>
        options with { Problem = Relevance ? PairProblem.Relevance : PairProblem.Value };

    internal override BertOptions Scored(string modelPath, bool labelIsKey) => Scored(modelPath);

    internal override IEnumerable<DataViewSchema.DetachedColumn> Added(bool labelIsKey) => [Scored(ModelPath).Column.Column];

    private BertPairScoreOptions Scored(string modelPath) => new()
    {
        ModelPath = modelPath,
        Sentence1ColumnName = Sentence1ColumnName,
        Sentence2ColumnName = Sentence2ColumnName,
        ScoreColumnName = ScoreColumnName,
        Scoring = Scoring,
    };
}
