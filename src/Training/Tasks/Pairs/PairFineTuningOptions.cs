using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>
/// How to fine-tune a model on pairs. Sequences have up to 128 tokens where nothing else is said; longer pairs are shortened.
/// </summary>
public sealed record PairFineTuningOptions : TrainingRunOptions
{
    private const int UsualMaxLength = 128;

    /// <summary>Opens the training data, e.g. <c>() => PairFile.Open(path)</c>.</summary>
    public required Func<IPairSource> Training { get; init; }

    /// <summary>Opens the validation data; null to set a part of the training data aside.</summary>
    public Func<IPairSource>? Validation { get; init; }

    /// <summary>What a row's label says.</summary>
    public PairProblem Problem { get; init; }

    /// <summary>
    /// The metric that decides which epoch's model is kept: <c>accuracy</c>, <c>f1</c> or <c>matthews</c> of classes, <c>microF1</c> or
    /// <c>macroF1</c> of labels, <c>pearson</c> or <c>spearman</c> of values; of relevance <c>averagePrecision</c>, or, where rows have
    /// groups, <c>mrr</c> or <c>ndcg10</c>. The first of these where it is null, and <c>mrr</c> of groups.
    /// </summary>
    public string? Metric { get; init; }

    /// <summary>
    /// The names of all classes or labels, in order; data may then call them by their index, too. Where it is null, what the data's own
    /// format says, or the names that are found, sorted.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Whether each label has a threshold of its own, chosen on the validation data, and not one for all.</summary>
    public bool ThresholdPerLabel { get; init; }

    /// <summary>What an example's loss counts for, by its class's name; a class that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Whether labels are classes even where they look like scores, as numbers with fractions do.</summary>
    public bool LabelsAreClasses { get; init; }

    private protected override PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken)
    {
        int maxLength = start.MaxLength(UsualMaxLength, ClassificationSettings.ShortestLength);
        if (Validation is null)
            CheckValidationFraction();
        var goal = PairGoal.Of(this);
        PairEncoder encode = PairEncoders.For(start.Tokenizer, maxLength);
        bool? pairs = null;
        LabelledPairs learned = Read(Training, like: null, out string name);
        learned = learned.With(goal.Fit(start.Config, name, learned.Answers));
        LabelledPairs judged;
        if (Validation is not null)
            judged = Read(Validation, learned.Answers, out _);
        else
            (learned, judged) = learned.Split(ValidationFraction, training.Seed);

        BertConfig config = goal.Configure(start.Config, learned.Answers) with
        {
            Classification = new ClassificationSettings { MaxLength = maxLength, SentencePairs = pairs },
        };
        return new PreparedRun
        {
            Text = goal.Text,
            Parameters = goal.Load(start, config, learned.Answers, cancellationToken),
            SavedConfig = best => goal.Keep(config, best),
            Tokenizer = start.Tokenizer,
            Task = new TrainingTask(learned, judged)
            {
                Settings = new Dictionary<string, string>(
                    [new("max-length", TrainingOptions.Text(maxLength)), .. goal.Settings(learned.Answers)]),
            },
            Training = training,
            Describe = engine =>
                [WorstPairErrors.List(engine, judged, training.MicroBatchTokens, Validation ?? Training, cancellationToken)],
        };

        LabelledPairs Read(Func<IPairSource> open, PairAnswers? like, out string name)
        {
            using IPairSource source = open();
            name = source.Name;
            if ((pairs ??= source.HasPairs) != source.HasPairs)
            {
                throw new BertMLNetException(
                    $"{source.Name}: rows have {(source.HasPairs ? "a" : "no")} second sentence, unlike the training data; "
                    + "name the columns of both (options sentence1 and sentence2).");
            }
            if (source.HasPairs && !start.Config.TakesPairs)
            {
                throw new BertMLNetException(
                    $"{start.Folder.ConfigPath}: \"type_vocab_size\" is {start.Config.TypeVocabSize}, so the model takes single texts; "
                    + $"{source.Name} has pairs, take a model for those.");
            }
            return LabelledPairs.Read(source, encode, goal.Begin(source, like), cancellationToken);
        }
    }
}
