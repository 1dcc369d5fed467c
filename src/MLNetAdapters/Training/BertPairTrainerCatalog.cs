using BertMLNet;
using BertMLNet.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.ML;

/// <summary>Fine-tuning on sentence pairs in a pipeline.</summary>
public static class BertPairTrainerCatalog
{
    /// <summary>
    /// Fine-tunes BERT for two or more classes when the pipeline is fitted. The label is text or a key over text; the
    /// predicted label is of the same type, and the score is a vector of probabilities.
    /// </summary>
    public static BertPairTrainer BertPairClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, BertPairTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return new BertPairTrainer(options, binary: false);
    }

    /// <summary>
    /// Fine-tunes BERT for a Boolean label when the pipeline is fitted; the columns are those that
    /// <c>BinaryClassification.Evaluate</c> expects.
    /// </summary>
    public static BertPairTrainer BertPairClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, BertPairTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return new BertPairTrainer(options, binary: true);
    }

    /// <summary>
    /// The multiclass trainer with the context's GPU settings for scoring and its log where the options have none.
    /// </summary>
    public static BertPairTrainer BertPairClassification(this MLContext context, BertPairTrainerOptions options) =>
        context.MulticlassClassification.Trainers.BertPairClassification(With(options, context));

    /// <summary>The binary trainer with the context's GPU settings for scoring and its log where the options have none.</summary>
    public static BertPairTrainer BertBinaryPairClassification(this MLContext context, BertPairTrainerOptions options) =>
        context.BinaryClassification.Trainers.BertPairClassification(With(options, context));

    private static BertPairTrainerOptions With(BertPairTrainerOptions options, MLContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingEnvironment environment = options.Environment;
        if (environment.Logger is NullLogger)
            environment = environment with { Logger = new ChannelLogger(context, nameof(BertPairClassification)) };
        return options with { Environment = environment, Scoring = options.Scoring.With(context, nameof(BertPairClassification)) };
    }
}
