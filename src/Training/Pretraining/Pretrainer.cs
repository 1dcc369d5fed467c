using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>Pre-trains a model on plain text: masked tokens and, where it is asked for, a judgement of two texts.</summary>
public static class Pretrainer
{
    private const int UsualMaxLength = 128;
    private const int ShortestMaxLength = 16;

    /// <summary>Reads the text, trains, and writes the model folder, which has no ONNX graphs: it is there to be fine-tuned.</summary>
    /// <param name="options">The model, the text and how to train.</param>
    /// <param name="environment">The engine and whom to report to.</param>
    /// <param name="reading">Is told how much of the text is read.</param>
    /// <param name="cancellationToken">Ends the run; it can be resumed.</param>
    /// <exception cref="BertMLNetException">An option, the model or the text is wrong; see also <see cref="FineTuner.Run"/>.</exception>
    /// <exception cref="TokenizationException">The model's tokenizer is missing or damaged.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuneResult Run(
        PretrainingOptions options,
        FineTuneEnvironment? environment = null,
        IProgress<TransferProgress>? reading = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        environment ??= new FineTuneEnvironment();
        return FineTuner.Run(
            options.OutputPath, () => Prepare(options, environment.Logger, reading, cancellationToken), options.Resume, environment, cancellationToken);
    }

    private static FineTuneRequest Prepare(
        PretrainingOptions options, ILogger logger, IProgress<TransferProgress>? reading, CancellationToken cancellationToken)
    {
        TrainingOptions training = Validate(options);
        (ModelFolder folder, BertConfig config) = StartingModel.Open(options.ModelPath, options.OutputPath);
        int maxLength = options.MaxLength ?? Math.Min(UsualMaxLength, config.MaxPositionEmbeddings);
        Check(maxLength >= ShortestMaxLength && maxLength <= config.MaxPositionEmbeddings, "max-length", maxLength,
            FormattableString.Invariant($"{ShortestMaxLength} to the model's max_position_embeddings of {config.MaxPositionEmbeddings}"));
        WordPieceTokenizer tokenizer = StartingModel.LoadTokenizer(folder, config);
        TextCorpus text = TextCorpusReader.Read(options.TextPaths, tokenizer, reading, cancellationToken);
        TextCorpus validation;
        if (options.ValidationPaths.Count > 0)
            validation = TextCorpusReader.Read(options.ValidationPaths, tokenizer, reading, cancellationToken);
        else
            (text, validation) = text.Split(options.ValidationFraction, training.Seed);

        var vocabulary = new PretrainingVocabulary(tokenizer, text);
        var source = new PretrainingSource(text, vocabulary, options, maxLength, checked(training.BatchSize * options.EvaluateEvery));
        int judged = Math.Min(options.ValidationExamples, new PretrainingSource(validation, vocabulary, options, maxLength, 1).ExamplesAPass);
        logger.LogInformation(
            "The text: {Tokens} tokens, {Sentences} sentences, {Documents} documents; {Passes:0.0} passes over it. Set aside: {Validation} tokens.",
            text.TokenCount, text.SentenceCount, text.DocumentCount,
            (double)training.BatchSize * options.Updates / source.ExamplesAPass, validation.TokenCount);
        BertConfig trained = options.Dropout is { } rate ? config with { HiddenDropoutProb = rate, AttentionProbsDropoutProb = rate } : config;
        TaskHead head = options.SentenceTask == SentenceTask.None ? TaskHead.MaskedLanguageModel : TaskHead.PreTraining;
        return new FineTuneRequest
        {
            Parameters = StartingModel.LoadParameters(options.ModelPath, trained, head, options.FromScratch, training.Seed, logger, cancellationToken),
            SavedConfig = config,
            Tokenizer = tokenizer,
            Task = new TrainingTask(
                head,
                new PretrainingFeatures(source, epoch: 0),
                new PretrainingFeatures(new PretrainingSource(validation, vocabulary, options, maxLength, judged), epoch: 0)),
            Training = training,
        };
    }

    private static TrainingOptions Validate(PretrainingOptions options)
    {
        Check(options.TextPaths.Count > 0, "text", options.TextPaths.Count, "at least one file or folder");
        Check(options.Updates >= 1, "updates", options.Updates, "at least 1");
        Check(options.EvaluateEvery >= 1, "evaluate-every", options.EvaluateEvery, "at least 1");
        Check(options.ValidationExamples >= 1, "validation-examples", options.ValidationExamples, "at least 1");
        Check(options.ValidationFraction is > 0 and < 1, "validation-fraction", options.ValidationFraction, "above 0 and below 1");
        Check(options.Masking.Rate is > 0 and < 1, "mask-rate", options.Masking.Rate, "above 0 and below 1");
        Check(options.Masking.MaskPart is >= 0 and <= 1, "mask-part", options.Masking.MaskPart, "from 0 to 1");
        Check(options.SentencePart is >= 0 and <= 1, "sentence-part", options.SentencePart, "from 0 to 1");
        Check(options.Dropout is null or (>= 0 and < 1), "dropout", options.Dropout ?? 0, "from 0 to below 1");
        TrainingOptions training = options.Optimization with { Epochs = (options.Updates + options.EvaluateEvery - 1) / options.EvaluateEvery };
        training.Validate();
        return training;
    }

    private static void Check(bool holds, string name, IFormattable value, string expected)
    {
        if (!holds)
            throw new BertMLNetException(FormattableString.Invariant($"option {name}: {value} is out of range; expected {expected}."));
    }
}
