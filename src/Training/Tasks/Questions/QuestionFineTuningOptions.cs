using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>
/// How to fine-tune a model on questions. Windows have up to 384 tokens where nothing else is said. Without validation
/// data, whole passages of the training data are set aside.
/// </summary>
public sealed record QuestionFineTuningOptions : TrainingRunOptions
{
    /// <summary>
    /// The questions to learn from, gone through once, e.g.
    /// <see cref="QuestionReader.Read(string, QuestionReaderOptions?, QuestionDataReport?, CancellationToken)"/>.
    /// </summary>
    public required IEnumerable<QuestionExample> Training { get; init; }

    /// <summary>
    /// The questions to judge by, gone through once; null to set the questions of some of the training data's passages aside.
    /// </summary>
    public IEnumerable<QuestionExample>? Validation { get; init; }

    /// <summary>Takes what is noticed while the training data are tokenized; the reader may share it.</summary>
    public QuestionDataReport TrainingReport { get; init; } = new();

    /// <summary>Takes what is noticed while the validation data are tokenized; the reader may share it.</summary>
    public QuestionDataReport ValidationReport { get; init; } = new();

    /// <summary>How passages are cut, and how answers are read when the model is judged.</summary>
    public QuestionAnsweringOptions Answering { get; init; } = new();

    private protected override PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken)
    {
        // What the start says of answering is another run's.
        BertConfig config = start.Config with { Answering = null };
        var encoder = QuestionEncoder.For(start.Folder, config, start.Tokenizer, MaxLength, Answering);

        (IEnumerable<QuestionExample> questions, IEnumerable<QuestionExample> validation) =
            Validation is { } given ? (Training, given) : SetAside(cancellationToken);
        var learned = QuestionTrainingSet.Build(questions, encoder, TrainingReport, cancellationToken);
        Tell("training", TrainingReport, logger);
        var judged = QuestionValidationSet.Build(
            validation, encoder, Answering, ValidationReport, learned.SomeUnanswerable, cancellationToken);
        Tell("validation", ValidationReport, logger);
        if (learned.SomeUnanswerable && !judged.SomeUnanswerable)
            logger.LogWarning("Every validation question has an answer: they cannot tell when to give none. The null threshold stays 0.");
        return new PreparedRun
        {
            Text = new("qa", "Question answering", LongTexts: "read in windows"),
            Parameters = start.LoadParameters(config, Heads.Questions, cancellationToken),
            Tokenizer = start.Tokenizer,
            Task = new TrainingTask(learned, judged)
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(encoder.MaxLength),
                    ["doc-stride"] = TrainingOptions.Text(Answering.DocStride),
                    ["max-query-length"] = TrainingOptions.Text(Answering.MaxQuestionLength),
                    ["max-answer-length"] = TrainingOptions.Text(Answering.MaxAnswerLength),
                    ["null-threshold"] = Answering.NullThreshold is { } threshold ? TrainingOptions.Text(threshold) : "none",
                },
            },
            Training = training,
            SavedConfig = best => config with { Answering = Settings(encoder.MaxLength, best, searchable: judged.SomeUnanswerable) },
        };
    }

    /// <summary>What scoring needs to know to do as the model was judged, with the null threshold that would have been best.</summary>
    private QuestionAnsweringOptions Settings(int maxLength, TaskMetrics best, bool searchable) => Answering with
    {
        MaxLength = maxLength,
        NullThreshold = best.Values
            .Where(value => value.Key == QuestionMetrics.BestF1ThresholdName)
            // Questions that all have an answer do not tell when there is none.
            .Select(value => (double?)(searchable ? value.Value : 0))
            .FirstOrDefault(),
    };

    /// <summary>Sets whole passages aside, so that no passage is in both parts; the same seed chooses the same ones.</summary>
    private (List<QuestionExample> Training, List<QuestionExample> Validation) SetAside(CancellationToken cancellationToken)
    {
        CheckValidationFraction();
        // A run that an earlier version began draws the same passages when it is resumed: hence this generator, and a part of the seed.
        var random = new Random(unchecked((int)Optimization.Seed));
        var aside = new Dictionary<string, bool>();
        List<QuestionExample> training = [];
        List<QuestionExample> validation = [];
        foreach (QuestionExample example in Training)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!aside.TryGetValue(example.Context, out bool chosen))
                aside.Add(example.Context, chosen = random.NextDouble() < ValidationFraction);
            (chosen ? validation : training).Add(example);
        }
        if (aside.Count < 2)
        {
            throw new BertMLNetException(
                $"the training data have {aside.Count} passage(s), none to set aside for validation; give validation data.");
        }
        // Of few passages chance may leave either part without one.
        if (validation.Count == 0)
            MovePassage(training, validation);
        else if (training.Count == 0)
            MovePassage(validation, training);
        Count(TrainingReport, training);
        Count(ValidationReport, validation);
        return (training, validation);
    }

    /// <summary>Moves the questions of the last passage.</summary>
    private static void MovePassage(List<QuestionExample> from, List<QuestionExample> to)
    {
        string passage = from[^1].Context;
        to.AddRange(from.Where(example => example.Context == passage));
        from.RemoveAll(example => example.Context == passage);
    }

    // The reader knew of one part only.
    private static void Count(QuestionDataReport report, List<QuestionExample> part)
    {
        report.Questions = part.Count;
        report.Unanswerable = part.Count(example => example.Answers is { Count: 0 });
    }

    private static void Tell(string part, QuestionDataReport report, ILogger logger)
    {
        logger.LogInformation("The {Part} data: {Report}.", part, report);
        foreach (string line in report.Listed)
            logger.LogWarning("{Case}", line);
        if (report.Cases > report.Listed.Count)
            logger.LogWarning("There are {Count} more such cases in the {Part} data.", report.Cases - report.Listed.Count, part);
    }
}
