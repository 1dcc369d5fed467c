using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>Makes ready what fine-tuning for question answering needs.</summary>
internal static class QuestionFineTuner
{
    /// <summary>Loads the model and the data.</summary>
    /// <exception cref="BertMLNetException">An option, the model or the data is wrong.</exception>
    /// <exception cref="BertMLNetException">The model's tokenizer is missing or damaged.</exception>
    public static PreparedRun Prepare(QuestionFineTuningOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        options.Optimization.Validate();
        (ModelFolder folder, BertConfig config) = StartingModel.Open(options.ModelPath, options.OutputPath);
        // What the start says of answering is another run's.
        config = config with { Answering = null };
        WordPieceTokenizer tokenizer = folder.LoadTokenizer(config);
        QuestionEncoder encoder = QuestionEncoder.For(folder, config, tokenizer, options.MaxLength, options.Answering);

        (IEnumerable<QuestionExample> training, IEnumerable<QuestionExample> validation) =
            options.Validation is { } given ? (options.Training, given) : SetAside(options, cancellationToken);
        var learned = QuestionFeatureSet.Build(training, encoder, options.TrainingReport, cancellationToken);
        Tell("training", options.TrainingReport, logger);
        var judged = QuestionValidationSet.Build(validation, encoder, options.Answering, options.ValidationReport, learned.SomeUnanswerable, cancellationToken);
        Tell("validation", options.ValidationReport, logger);
        if (learned.SomeUnanswerable && !judged.SomeUnanswerable)
            logger.LogWarning("Every validation question has an answer: they cannot tell when to give none. The null threshold stays 0.");
        return new PreparedRun
        {
            Parameters = StartingModel.LoadParameters(
                options.ModelPath, config, Heads.Questions, options.FromScratch, options.Optimization.Seed, logger, cancellationToken),
            Tokenizer = tokenizer,
            Task = new TrainingTask(Heads.Questions, learned, judged)
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(encoder.MaxLength),
                    ["doc-stride"] = TrainingOptions.Text(options.Answering.DocStride),
                    ["max-query-length"] = TrainingOptions.Text(options.Answering.MaxQuestionLength),
                    ["max-answer-length"] = TrainingOptions.Text(options.Answering.MaxAnswerLength),
                    ["null-threshold"] = options.Answering.NullThreshold is { } threshold ? TrainingOptions.Text(threshold) : "none",
                    ["from-scratch"] = options.FromScratch.ToString(),
                },
            },
            Training = options.Optimization,
            SavedConfig = best => config with { Answering = Settings(options.Answering, encoder.MaxLength, best, searchable: judged.SomeUnanswerable) },
        };
    }

    /// <summary>What scoring needs to know to do as the model was judged, with the null threshold that would have been best.</summary>
    private static AnsweringSettings Settings(QuestionAnsweringOptions answering, int maxLength, TaskMetrics best, bool searchable) => new()
    {
        MaxLength = maxLength,
        DocStride = answering.DocStride,
        MaxQuestionLength = answering.MaxQuestionLength,
        MaxAnswerLength = answering.MaxAnswerLength,
        NullThreshold = best.Values
            .Where(value => value.Key == QuestionMetrics.BestF1ThresholdName)
            // Questions that all have an answer do not tell when there is none.
            .Select(value => (double?)(searchable ? value.Value : 0))
            .FirstOrDefault(),
    };

    /// <summary>Sets whole passages aside, so that no passage is in both parts; the same seed chooses the same ones.</summary>
    private static (List<QuestionExample> Training, List<QuestionExample> Validation) SetAside(QuestionFineTuningOptions options, CancellationToken cancellationToken)
    {
        TrainingOptions.CheckValidationFraction(options.ValidationFraction);
        var random = new Random(unchecked((int)options.Optimization.Seed));
        var aside = new Dictionary<string, bool>();
        List<QuestionExample> training = [];
        List<QuestionExample> validation = [];
        foreach (QuestionExample example in options.Training)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!aside.TryGetValue(example.Context, out bool chosen))
                aside.Add(example.Context, chosen = random.NextDouble() < options.ValidationFraction);
            (chosen ? validation : training).Add(example);
        }
        if (aside.Count < 2)
            throw new BertMLNetException($"the training data have {aside.Count} passage(s), none to set aside for validation; give validation data.");
        // Of few passages chance may leave either part without one.
        if (validation.Count == 0)
            MovePassage(training, validation);
        else if (training.Count == 0)
            MovePassage(validation, training);
        Count(options.TrainingReport, training);
        Count(options.ValidationReport, validation);
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
