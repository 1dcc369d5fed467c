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
    /// <param name="trainers">The trainers' catalog.</param>
    /// <param name="modelPath">The model folder to start from.</param>
    /// <param name="labelColumnName">The label's column.</param>
    /// <param name="scoreColumnName">The score's column.</param>
    /// <param name="outputColumnName">The predicted label's column.</param>
    /// <param name="sentence1ColumnName">The first text's column.</param>
    /// <param name="sentence2ColumnName">The second text's column; null to classify single texts.</param>
    /// <param name="batchSize">Examples an update; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="maxEpochs">Passes over the training data; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="validationSet">
    /// Data to judge each epoch by, with the same columns; where it is null a part of the training data is set aside.
    /// </param>
    public static BertPairTrainer BertPairClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string modelPath,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string outputColumnName = "PredictedLabel",
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        int? batchSize = null,
        int? maxEpochs = null,
        IDataView? validationSet = null) =>
        trainers.BertPairClassification(Options(
            modelPath,
            labelColumnName,
            scoreColumnName,
            outputColumnName,
            sentence1ColumnName,
            sentence2ColumnName,
            batchSize,
            maxEpochs,
            validationSet));

    /// <summary>Fine-tunes BERT for two or more classes when the pipeline is fitted.</summary>
    public static BertPairTrainer BertPairClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, BertPairTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return new BertPairTrainer(options);
    }

    /// <summary>
    /// Fine-tunes BERT for a Boolean label when the pipeline is fitted; the columns are those that
    /// <c>BinaryClassification.Evaluate</c> expects.
    /// </summary>
    /// <param name="trainers">The trainers' catalog.</param>
    /// <param name="modelPath">The model folder to start from.</param>
    /// <param name="labelColumnName">The label's column.</param>
    /// <param name="scoreColumnName">The score's column.</param>
    /// <param name="outputColumnName">The predicted label's column.</param>
    /// <param name="sentence1ColumnName">The first text's column.</param>
    /// <param name="sentence2ColumnName">The second text's column; null to classify single texts.</param>
    /// <param name="batchSize">Examples an update; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="maxEpochs">Passes over the training data; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="validationSet">
    /// Data to judge each epoch by, with the same columns; where it is null a part of the training data is set aside.
    /// </param>
    public static BertPairTrainer BertPairClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string modelPath,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string outputColumnName = "PredictedLabel",
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        int? batchSize = null,
        int? maxEpochs = null,
        IDataView? validationSet = null) =>
        trainers.BertPairClassification(Options(
            modelPath,
            labelColumnName,
            scoreColumnName,
            outputColumnName,
            sentence1ColumnName,
            sentence2ColumnName,
            batchSize,
            maxEpochs,
            validationSet));

    /// <summary>Fine-tunes BERT for a Boolean label when the pipeline is fitted.</summary>
    public static BertPairTrainer BertPairClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, BertPairTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new BertPairTrainer(options with { Binary = true });
    }

    /// <summary>
    /// The multiclass trainer with the context's GPU settings for scoring and its log where the options have none.
    /// </summary>
    public static BertPairTrainer BertPairClassification(this MLContext context, BertPairTrainerOptions options) =>
        context.MulticlassClassification.Trainers.BertPairClassification(With(options, context, nameof(BertPairClassification)));

    /// <summary>The binary trainer with the context's GPU settings for scoring and its log where the options have none.</summary>
    public static BertPairTrainer BertBinaryPairClassification(this MLContext context, BertPairTrainerOptions options) =>
        context.BinaryClassification.Trainers.BertPairClassification(With(options, context, nameof(BertPairClassification)));

    /// <summary>
    /// Fine-tunes BERT on values when the pipeline is fitted; label and score are single numbers, as <c>Regression.Evaluate</c> expects.
    /// </summary>
    /// <param name="trainers">The trainers' catalog.</param>
    /// <param name="modelPath">The model folder to start from.</param>
    /// <param name="labelColumnName">The right value's column, a Single or a Double.</param>
    /// <param name="scoreColumnName">The score's column.</param>
    /// <param name="sentence1ColumnName">The first text's column.</param>
    /// <param name="sentence2ColumnName">The second text's column; null to score single texts.</param>
    /// <param name="batchSize">Examples an update; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="maxEpochs">Passes over the training data; as <see cref="TrainingOptions"/> says where it is null.</param>
    /// <param name="validationSet">
    /// Data to judge each epoch by, with the same columns; where it is null a part of the training data is set aside.
    /// </param>
    public static BertPairTrainer BertPairRegression(
        this RegressionCatalog.RegressionTrainers trainers,
        string modelPath,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = "Sentence2",
        int? batchSize = null,
        int? maxEpochs = null,
        IDataView? validationSet = null) =>
        trainers.BertPairRegression(new BertPairRegressionOptions
        {
            ModelPath = modelPath,
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            ValidationSet = validationSet,
            Optimization = Optimization(batchSize, maxEpochs),
        });

    /// <summary>Fine-tunes BERT on values, or on relevance, when the pipeline is fitted.</summary>
    public static BertPairTrainer BertPairRegression(
        this RegressionCatalog.RegressionTrainers trainers, BertPairRegressionOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return new BertPairTrainer(options);
    }

    /// <summary>The regression trainer with the context's GPU settings for scoring and its log where the options have none.</summary>
    public static BertPairTrainer BertPairRegression(this MLContext context, BertPairRegressionOptions options) =>
        context.Regression.Trainers.BertPairRegression(With(options, context, nameof(BertPairRegression)));

    private static BertPairTrainerOptions Options(
        string modelPath,
        string labelColumnName,
        string scoreColumnName,
        string outputColumnName,
        string sentence1ColumnName,
        string? sentence2ColumnName,
        int? batchSize,
        int? maxEpochs,
        IDataView? validationSet)
    {
        return new()
        {
            ModelPath = modelPath,
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            OutputColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            ValidationSet = validationSet,
            Optimization = Optimization(batchSize, maxEpochs),
        };
    }

    private static TrainingOptions Optimization(int? batchSize, int? maxEpochs)
    {
        var standard = new TrainingOptions();
        return standard with { BatchSize = batchSize ?? standard.BatchSize, Epochs = maxEpochs ?? standard.Epochs };
    }

    private static T With<T>(T options, MLContext context, string source)
        where T : BertTextTrainerOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingEnvironment environment = options.Environment;
        if (environment.Logger is NullLogger)
            environment = environment with { Logger = new ChannelLogger(context, source) };
        return (T)(options with { Environment = environment, Scoring = options.Scoring.With(context, source) });
    }
}
