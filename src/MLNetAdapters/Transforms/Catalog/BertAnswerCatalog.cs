using BertMLNet;
using BertMLNet.Scoring;

namespace Microsoft.ML;

/// <summary>Extractive question answering in a pipeline.</summary>
public static class BertAnswerCatalog
{
    /// <summary>
    /// Answers questions from passages with a fine-tuned BERT: adds the answer as it stands in the passage, its
    /// probability, and where it starts and ends.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The model folder.</param>
    /// <param name="questionColumnName">The questions' column.</param>
    /// <param name="contextColumnName">The passages' column.</param>
    /// <param name="answerColumnName">The answers' column.</param>
    /// <param name="scoreColumnName">The probabilities' column.</param>
    /// <param name="nBest">
    /// Also adds the most probable candidates, at most so many, as vectors with the best first: <c>NBestAnswer</c>,
    /// <c>NBestScore</c>, <c>NBestStart</c> and <c>NBestEnd</c>. For other names, or some of them only, use
    /// <see cref="BertAnswerQuestionOptions"/>. None where it is null.
    /// </param>
    /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
    /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
    public static BertAnswerEstimator BertAnswerQuestion(
        this TransformsCatalog catalog,
        string modelPath,
        string questionColumnName = "Question",
        string contextColumnName = "Context",
        string answerColumnName = "Answer",
        string scoreColumnName = "Score",
        int? nBest = null,
        int? gpuDeviceId = null,
        bool fallbackToCpu = false) =>
        catalog.BertAnswerQuestion(
            Options(modelPath, questionColumnName, contextColumnName, answerColumnName, scoreColumnName, nBest, gpuDeviceId, fallbackToCpu));

    /// <summary>Answers questions from passages with a fine-tuned BERT.</summary>
    public static BertAnswerEstimator BertAnswerQuestion(this TransformsCatalog catalog, BertAnswerQuestionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertAnswerEstimator(options);
    }

    /// <summary>
    /// Answers questions as <see cref="BertAnswerQuestion(TransformsCatalog, string, string, string, string, string, int?, int?, bool)"/>
    /// does, on the context's GPU where <paramref name="gpuDeviceId"/> is null, with warnings on the context's log.
    /// </summary>
    public static BertAnswerEstimator BertAnswerQuestion(
        this MLContext context,
        string modelPath,
        string questionColumnName = "Question",
        string contextColumnName = "Context",
        string answerColumnName = "Answer",
        string scoreColumnName = "Score",
        int? nBest = null,
        int? gpuDeviceId = null,
        bool fallbackToCpu = false) =>
        context.BertAnswerQuestion(
            Options(modelPath, questionColumnName, contextColumnName, answerColumnName, scoreColumnName, nBest, gpuDeviceId, fallbackToCpu));

    /// <summary>Answers questions with the context's GPU settings and log where the options have none.</summary>
    public static BertAnswerEstimator BertAnswerQuestion(this MLContext context, BertAnswerQuestionOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new BertAnswerEstimator(options with { Scoring = options.Scoring.With(context, nameof(BertAnswerQuestion)) });
    }

    private static BertAnswerQuestionOptions Options(
        string modelPath,
        string questionColumnName,
        string contextColumnName,
        string answerColumnName,
        string scoreColumnName,
        int? nBest,
        int? gpuDeviceId,
        bool fallbackToCpu) => new()
        {
            ModelPath = modelPath,
            QuestionColumnName = questionColumnName,
            ContextColumnName = contextColumnName,
            AnswerColumnName = answerColumnName,
            ScoreColumnName = scoreColumnName,
            NBestAnswerColumnName = nBest is null ? null : "NBestAnswer",
            NBestScoreColumnName = nBest is null ? null : "NBestScore",
            NBestStartColumnName = nBest is null ? null : "NBestStart",
            NBestEndColumnName = nBest is null ? null : "NBestEnd",
            NBestSize = nBest,
            Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
        };
}
