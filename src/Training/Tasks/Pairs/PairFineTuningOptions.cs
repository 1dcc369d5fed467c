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
    private const int NamesShown = 6;

    /// <summary>So many numbers with fractions are no classes, whatever else there is among the labels.</summary>
    private const int MostFractions = 20;

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

    /// <summary>Whether labels are classes even where they look like scores, as numbers with fractions do.</summary>
    public bool LabelsAreClasses { get; init; }

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
        int[]? rows = PlacesInHead(config, learned, orderKnown);
        if (rows is null && !LabelsAreClasses)
            RefuseScores(learned);
        int[]? order = orderKnown ? rows : null;
        learned = rows is null ? learned : InHeadsWords(config, learned, rows, orderKnown);
        learned = Weigh(learned);
        LabelledPairs judged;
        if (Validation is not null)
            judged = Read(Validation, learned.Labels);
        else
            (learned, judged) = learned.Split(ValidationFraction, training.Seed);

        string? whyNewHead = rows is null
            ? $"since the data's labels ({Names(learned.Labels)}) are not the model's ({Names(config.Labels)})"
            : null;
        config = config with
        {
            Labels = learned.Labels,
            ProblemType = null,
            Classification = new ClassificationSettings { MaxLength = maxLength, SentencePairs = pairs },
        };
        return new PreparedRun
        {
            Text = new("pair", "Sentence pair classification"),
            Parameters = InOrder(start.LoadParameters(config, Heads.Classes, cancellationToken, whyNewHead), order),
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

    /// <summary>
    /// The row of the model's head that each of the data's labels means. Names tell it where the model has them, and else nothing does
    /// but indices; see <see cref="LabelledPairs.PlacesAmong"/>.
    /// </summary>
    /// <returns>A row a label; null where the labels are others, and the head starts anew.</returns>
    private static int[]? PlacesInHead(BertConfig config, LabelledPairs learned, bool orderKnown)
    {
        // A model that is no classifier has no head to keep, and names that nobody gave; where they agree they still say the order.
        bool classifier = config.Architecture is null || config.Head.HasLabels;
        if (!classifier && !learned.Labels.ToHashSet().SetEquals(config.Labels))
            return null;
        int[]? places = learned.PlacesAmong(config.Labels);
        if (!orderKnown || places is null)
            return places;
        // An index that is not its label's place would be another label's index from now on.
        int moved = Enumerable.Range(0, places.Length).FirstOrDefault(IsMovedIndex, -1);
        if (moved >= 0)
        {
            throw new BertMLNetException(
                $"{learned.Source}: '{learned.Labels[moved]}' is the index of the model's label '{config.Labels[places[moved]]}', and stands "
                + "at another place in the data's own order of labels; use names, or keys in the model's order (BertLabelToKey).");
        }
        // Two names for one class would leave a gap in that order.
        return places.Length > config.NumLabels ? null : places;

        bool IsMovedIndex(int label) =>
            places[label] != label
            && int.TryParse(learned.Labels[label], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && !string.Equals(learned.Labels[label], config.Labels[places[label]]);
    }

    /// <summary>
    /// The examples with the model's names for their classes, in the model's order, or in the data's own where that is the scores'.
    /// </summary>
    private static LabelledPairs InHeadsWords(BertConfig config, LabelledPairs learned, int[] rows, bool orderKnown)
    {
        // A file that names no head gives its labels no names either.
        bool named = config.Head.HasLabels;
        if (orderKnown)
        {
            string[] names = [.. rows.Select((row, index) => named ? config.Labels[row] : learned.Labels[index])];
            return learned.WithClasses(names, [.. Enumerable.Range(0, rows.Length)]);
        }
        string[] labels = [.. config.Labels];
        if (!named)
        {
            foreach ((int index, int row) in rows.Index())
                labels[row] = learned.Labels[index];
        }
        return learned.WithClasses(labels, rows);
    }

    /// <summary>Puts the head's rows into another order; each stays its label's.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="rows">For each label the row that is its; null to leave them as they are.</param>
    private ParameterSet InOrder(ParameterSet parameters, int[]? rows)
    {
        if (rows is null || FromScratch)
            return parameters;
        foreach (string name in (string[])[$"{BertParameters.Classifier}.weight", $"{BertParameters.Classifier}.bias"])
        {
            Span<float> values = parameters[name];
            float[] old = values.ToArray();
            int width = old.Length / rows.Length;
            for (int label = 0; label < rows.Length; label++)
                old.AsSpan(rows[label] * width, width).CopyTo(values.Slice(label * width, width));
        }
        return parameters;
    }

    /// <summary>Numbers with fractions are scores: as classes each would be learned for itself, with nothing of their order.</summary>
    private static void RefuseScores(LabelledPairs learned)
    {
        List<string> numbers = [.. learned.Labels.Where(IsNumber)];
        List<string> fractions =
            [.. numbers.Where(label => !decimal.IsInteger(decimal.Parse(label, NumberStyles.Float, CultureInfo.InvariantCulture)))];
        if (fractions.Count == 0 || (numbers.Count < learned.Labels.Count && fractions.Count <= MostFractions))
            return;
        throw new BertMLNetException(
            $"{learned.Source}: the labels are scores, not classes: {learned.Labels.Count} different ones, with fractions "
            + $"({Names(fractions)}); give each row a class, such as a range of scores, or insist (option labels-are-classes).");

        static bool IsNumber(string label) => decimal.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static string Names(IReadOnlyList<string> labels) =>
        string.Join(", ", labels.Take(NamesShown).Select(label => $"'{label}'"))
        + (labels.Count > NamesShown ? $" and {labels.Count - NamesShown} more" : "");

    private LabelledPairs Weigh(LabelledPairs features)
    {
        if (BalanceClasses)
            return features.WithBalancedClassWeights();
        var classes = new LabelMap(features.Labels);
        var weights = new float?[features.Labels.Count];
        foreach ((string label, float weight) in ClassWeights)
        {
            if (!classes.TryGetIndex(label, out int index))
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
            if (weights[index] is not null)
                throw new BertMLNetException($"class weights: '{features.Labels[index]}' is given twice; leave '{label}' or the other out.");
            weights[index] = weight;
        }
        return features.WithClassWeights([.. weights.Select(weight => weight ?? 1f)]);
    }
}
