using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>
/// How to fine-tune a model on entities. Windows have up to 256 tokens where nothing else is said. Without validation data, some of the
/// training data's texts are set aside.
/// </summary>
public sealed record EntityFineTuningOptions : TrainingRunOptions
{
    /// <summary>The texts to learn from, gone through once, e.g. <see cref="EntityReader.Read(string, CancellationToken)"/>.</summary>
    public required IEnumerable<EntityExample> Training { get; init; }

    /// <summary>The texts to judge by, gone through once; null to set some of the training data aside.</summary>
    public IEnumerable<EntityExample>? Validation { get; init; }

    /// <summary>Takes what is noticed while the training data are tokenized.</summary>
    public EntityDataReport TrainingReport { get; init; } = new();

    /// <summary>Takes what is noticed while the validation data are tokenized.</summary>
    public EntityDataReport ValidationReport { get; init; } = new();

    /// <summary>Tokens that neighbouring windows of a long text share, never more than half of a window's.</summary>
    public int Stride { get; init; } = EntityEncoder.DefaultStride;

    /// <summary>How the model's labels say where entities begin and end, whatever the data's tags do.</summary>
    public TagScheme Scheme { get; init; } = TagScheme.Iob2;

    private protected override PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken)
    {
        int maxLength = start.MaxLength(EntityEncoder.DefaultMaxLength, EntityEncoder.ShortestLength);
        var encoder = new EntityEncoder(start.Tokenizer, maxLength, Stride);
        List<EntityExample> learned = Read(Training, cancellationToken);
        List<EntityExample> judged = Validation is null ? SetAside(learned, training.Seed) : Read(Validation, cancellationToken);
        if (judged.Count == 0)
            throw new BertMLNetException("the validation data have no texts; expected some with their entities.");

        IReadOnlyList<string> labels = Labels(learned);
        (IReadOnlyList<string> modelLabels, string? whyNewHead) = KnownBy(start.Config, labels)
            ? (start.Config.Labels, (string?)null)
            : (labels, $"since the data's labels ({string.Join(", ", labels)}) are not the model's");
        BertConfig config = start.Config with
        {
            Labels = modelLabels,
            Recognition = new RecognitionSettings { MaxLength = maxLength, Stride = Stride },
        };
        var trainingSet = EntityFeatures.Build(learned, encoder, modelLabels, Scheme, TrainingReport, cancellationToken);
        Tell("training", TrainingReport, logger);
        var validationSet = EntityFeatures.Build(judged, encoder, modelLabels, Scheme, ValidationReport, cancellationToken);
        Tell("validation", ValidationReport, logger);
        string[] unknown = [.. Types(judged).Except(new EntityDecoder(modelLabels, EntityAggregation.First).Types)];
        if (unknown.Length > 0)
            logger.LogWarning(
                "The validation data have types that the model does not learn and will not find: {Types}.", string.Join(", ", unknown));
        return new PreparedRun
        {
            Text = new("entities", "Entity recognition", LongTexts: "read in windows"),
            Parameters = start.LoadParameters(config, Heads.Tokens, cancellationToken, whyNewHead),
            Tokenizer = start.Tokenizer,
            Task = new TrainingTask(trainingSet, validationSet)
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(maxLength),
                    ["stride"] = TrainingOptions.Text(Stride),
                    ["labels"] = string.Join(", ", modelLabels),
                },
            },
            Training = training,
        };
    }

    private static List<EntityExample> Read(IEnumerable<EntityExample> examples, CancellationToken cancellationToken)
    {
        var read = new List<EntityExample>();
        foreach (EntityExample example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read.Add(example.Checked());
        }
        return read;
    }

    private static IEnumerable<string> Types(IEnumerable<EntityExample> examples) =>
        examples.SelectMany(example => example.Entities).Select(entity => entity.Type).Distinct().Order(StringComparer.Ordinal);

    private IReadOnlyList<string> Labels(List<EntityExample> learned)
    {
        string[] types = [.. Types(learned)];
        if (types.Length == 0)
            throw new BertMLNetException($"the {learned.Count} texts of the training data have no entities, so there is nothing to learn.");
        IReadOnlyList<string> labels = Scheme.Labels(types);
        // A type may be named so that its labels read as another's: "B-x" without prefixes, or "O".
        return new EntityDecoder(labels, EntityAggregation.First).Types.Order(StringComparer.Ordinal).SequenceEqual(types)
            ? labels
            : throw new BertMLNetException(
                $"a type is named as a tag is ({string.Join(", ", types.Where(type => EntityTag.Parse(type).Type != type).Select(type => $"'{type}'"))}); "
                + "name it otherwise, or let labels have prefixes.");
    }

    /// <summary>Whether the model's head is for these labels, and may be for more.</summary>
    private static bool KnownBy(BertConfig config, IReadOnlyList<string> labels) =>
        config.Head == Heads.Tokens && labels.All(config.Labels.Contains);

    /// <summary>
    /// Takes some texts out of the training data; the same seed takes the same ones, and a text that stands there twice goes whole.
    /// </summary>
    private List<EntityExample> SetAside(List<EntityExample> examples, ulong seed)
    {
        CheckValidationFraction();
        string[] texts = [.. examples.Select(example => example.Text).Distinct()];
        if (texts.Length < 2)
        {
            throw new BertMLNetException(
                $"the training data have {texts.Length} different text(s), none to set aside for validation; give validation data.");
        }
        new SeededRandom(Seeds.Derive(seed, Seeds.Purpose.Split)).Shuffle<string>(texts);
        HashSet<string> aside = [.. texts.Take(Math.Clamp((int)Math.Round(texts.Length * ValidationFraction), 1, texts.Length - 1))];
        List<EntityExample> taken = examples.FindAll(example => aside.Contains(example.Text));
        examples.RemoveAll(example => aside.Contains(example.Text));
        return taken;
    }

    private static void Tell(string part, EntityDataReport report, ILogger logger)
    {
        logger.LogInformation("The {Part} data: {Report}.", part, report);
        foreach (string line in report.Listed)
            logger.LogWarning("{Case}", line);
        if (report.Cases > report.Listed.Count)
            logger.LogWarning("There are {Count} more such cases in the {Part} data.", report.Cases - report.Listed.Count, part);
    }
}
