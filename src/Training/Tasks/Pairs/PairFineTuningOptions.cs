using System.Globalization;
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

    /// <summary>The metric that decides which epoch's model is kept: <c>accuracy</c>, <c>f1</c> or <c>matthews</c>.</summary>
    public string Metric { get; init; } = ClassificationMetrics.AccuracyName;

    /// <summary>What an example's loss counts for, by its class's name; a class that is not named counts 1.</summary>
    public IReadOnlyDictionary<string, float> ClassWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>Whether every class counts alike, however many examples it has; in place of <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    private protected override PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken)
    {
        int maxLength = start.MaxLength(UsualMaxLength, ClassificationSettings.ShortestLength);
        if (Validation is null)
            CheckValidationFraction();
        PairEncoder encode = PairEncoders.For(start.Tokenizer, maxLength);
        BertConfig config = start.Config;
        bool orderKnown = false;
        bool? pairs = null;
        LabelledPairs learned = Read(Training, labels: null);
        if (!orderKnown && learned.Labels.Count == config.NumLabels && learned.Labels.ToHashSet().SetEquals(config.Labels))
            learned = learned.WithLabelOrder(config.Labels);
        learned = Weigh(learned);
        LabelledPairs judged;
        if (Validation is not null)
            judged = Read(Validation, learned.Labels);
        else
            (learned, judged) = learned.Split(ValidationFraction, training.Seed);

        config = config with
        {
            Labels = learned.Labels,
            Classification = new ClassificationSettings { MaxLength = maxLength, SentencePairs = pairs },
        };
        return new PreparedRun
        {
            Text = new("pair", "Sentence pair classification"),
            Parameters = start.LoadParameters(config, Heads.Classes, cancellationToken),
            Tokenizer = start.Tokenizer,
            Task = new TrainingTask(learned, judged)
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(maxLength),
                    ["metric"] = Metric,
                    ["labels"] = string.Join(", ", learned.Labels),
                },
            },
            Training = training,
            Describe = engine =>
                [WorstPairErrors.List(engine, judged, training.MicroBatchTokens, Validation ?? Training, cancellationToken)],
        };

        LabelledPairs Read(Func<IPairSource> open, IReadOnlyList<string>? labels)
        {
            using IPairSource source = open();
            orderKnown |= source.KnownLabels is not null;
            if ((pairs ??= source.HasPairs) != source.HasPairs)
            {
                throw new BertMLNetException(
                    $"{source.Name}: rows have {(source.HasPairs ? "a" : "no")} second sentence, unlike the training data; "
                    + "name the columns of both (options sentence1 and sentence2).");
            }
            if (source.HasPairs && config.TypeVocabSize < 2)
            {
                throw new BertMLNetException(
                    $"{start.Folder.ConfigPath}: \"type_vocab_size\" is {config.TypeVocabSize}, so the model takes single texts; "
                    + $"{source.Name} has pairs, take a model for those.");
            }
            return LabelledPairs.Read(source, encode, labels, Metric, cancellationToken);
        }
    }

    private LabelledPairs Weigh(LabelledPairs features)
    {
        if (BalanceClasses)
            return features.WithBalancedClassWeights();
        foreach ((string label, float weight) in ClassWeights)
        {
            if (!features.Labels.Contains(label))
            {
                throw new BertMLNetException(
                    $"class weights: there is no class '{label}'; expected "
                    + $"{string.Join(", ", features.Labels.Select(known => $"'{known}'"))}.");
            }
            if (!(weight > 0 && float.IsFinite(weight)))
            {
                throw new BertMLNetException(
                    $"class weights: {weight.ToString(CultureInfo.InvariantCulture)} for '{label}' is out of range; expected above 0.");
            }
        }
        return features.WithClassWeights([.. features.Labels.Select(label => ClassWeights.GetValueOrDefault(label, 1f))]);
    }
}
