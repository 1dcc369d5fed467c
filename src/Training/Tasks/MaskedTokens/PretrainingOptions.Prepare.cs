using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

public sealed partial record PretrainingOptions
{
    private const int UsualMaxLength = 128;
    private const int ShortestMaxLength = 16;

    /// <summary>A run that is shorter than the time to its first evaluation is judged at its end.</summary>
    private int UpdatesAnEvaluation => Math.Min(EvaluateEvery, Updates);

    internal override PreparedRun Prepare(ILogger logger, CancellationToken cancellationToken)
    {
        TrainingOptions training = ValidateAll();
        (ModelFolder folder, BertConfig config) = StartingModel.Open(ModelPath, OutputPath);
        int maxLength = MaxLength ?? Math.Min(UsualMaxLength, config.MaxPositionEmbeddings);
        Check(maxLength >= ShortestMaxLength && maxLength <= config.MaxPositionEmbeddings, "max-length", maxLength,
            FormattableString.Invariant($"{ShortestMaxLength} to the model's max_position_embeddings of {config.MaxPositionEmbeddings}"));
        WordPieceTokenizer tokenizer = folder.LoadTokenizer(config);
        TextCorpus text = TextCorpusReader.Read(TextPaths, tokenizer, Reading, cancellationToken);
        TextCorpus validation;
        if (ValidationPaths.Count > 0)
            validation = TextCorpusReader.Read(ValidationPaths, tokenizer, Reading, cancellationToken);
        else
            (text, validation) = text.Split(ValidationFraction, training.Seed);

        CheckDocuments(text, validation, logger);
        var vocabulary = new PretrainingVocabulary(tokenizer, text);
        var source = new PretrainingSource(text, vocabulary, this, maxLength, training.BatchSize * UpdatesAnEvaluation);
        int judged = Math.Min(ValidationExamples, new PretrainingSource(validation, vocabulary, this, maxLength, 1).ExamplesAPass);
        logger.LogInformation(
            "The text: {Tokens} tokens, {Sentences} sentences, {Documents} documents; {Passes:0.0} passes over it. Set aside: {Validation} tokens.",
            text.TokenCount, text.SentenceCount, text.DocumentCount,
            (double)training.BatchSize * Updates / source.ExamplesAPass, validation.TokenCount);
        BertConfig trained = Dropout is { } rate ? config with { HiddenDropoutProb = rate, AttentionProbsDropoutProb = rate } : config;
        Head head = SentenceTask == SentenceTask.None ? Heads.MaskedTokens : Heads.PreTraining;
        ParameterSet parameters = StartingModel.LoadParameters(ModelPath, trained, head, FromScratch, training.Seed, logger, cancellationToken);
        if (FromScratch)
            PretrainingStart.Apply(parameters, text);
        return new PreparedRun
        {
            Parameters = parameters,
            SavedConfig = _ => config,
            Tokenizer = tokenizer,
            Task = new TrainingTask(
                head,
                new PretrainingFeatures(source, epoch: 0),
                new PretrainingFeatures(new PretrainingSource(validation, vocabulary, this, maxLength, judged), epoch: 0))
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(maxLength),
                    ["mask-rate"] = TrainingOptions.Text(Masking.Rate),
                    ["whole-words"] = Masking.WholeWords.ToString(),
                    ["sentence-task"] = SentenceTask.ToString(),
                    ["sentence-part"] = TrainingOptions.Text(SentencePart),
                    ["dropout"] = TrainingOptions.Text(trained.HiddenDropoutProb),
                    ["from-scratch"] = FromScratch.ToString(),
                },
            },
            Training = training,
        };
    }

    /// <summary>A second text from elsewhere is from another document: in a text of one document, all that is asked has the same answer.</summary>
    private void CheckDocuments(TextCorpus text, TextCorpus validation, ILogger logger)
    {
        if (SentenceTask != SentenceTask.NextSentence || SentencePart == 0)
            return;
        if (text.DocumentCount < 2)
        {
            throw new BertMLNetException(
                $"{string.Join(", ", TextPaths)}: the text to learn from is one document, but which sentence is next is asked with sentences of others, too; expected an empty line between documents, or another task (option sentence-task).");
        }
        if (validation.DocumentCount < 2)
            logger.LogWarning("The text to judge by is one document: every right answer there is that the second text is the next one, and how many are found tells nothing. Set more aside (option validation-fraction), or give text of several documents.");
    }

    /// <summary>Checks every option, and works out the epochs.</summary>
    private TrainingOptions ValidateAll()
    {
        Check(TextPaths.Count > 0, "text", TextPaths.Count, "at least one file or folder");
        Check(Updates >= 1, "updates", Updates, "at least 1");
        Check(EvaluateEvery >= 1, "evaluate-every", EvaluateEvery, "at least 1");
        Check(ValidationExamples >= 1, "validation-examples", ValidationExamples, "at least 1");
        Check(ValidationFraction is > 0 and < 1, "validation-fraction", ValidationFraction, "above 0 and below 1");
        Check(Masking.Rate is > 0 and < 1, "mask-rate", Masking.Rate, "above 0 and below 1");
        Check(Masking.MaskPart is >= 0 and <= 1, "mask-part", Masking.MaskPart, "from 0 to 1");
        Check(SentencePart is >= 0 and <= 1, "sentence-part", SentencePart, "from 0 to 1");
        Check(Dropout is null or (>= 0 and < 1), "dropout", Dropout ?? 0, "from 0 to below 1");
        Check(Updates % UpdatesAnEvaluation == 0, "updates", Updates, FormattableString.Invariant($"a multiple of evaluate-every, which is {EvaluateEvery}"));
        Check((long)Optimization.BatchSize * UpdatesAnEvaluation <= Array.MaxLength, "batch-size", Optimization.BatchSize, FormattableString.Invariant($"at most {Array.MaxLength / UpdatesAnEvaluation} with evaluate-every {EvaluateEvery}"));
        TrainingOptions training = Optimization with { Epochs = Updates / UpdatesAnEvaluation };
        training.Validate();
        return training;
    }

    private static void Check(bool holds, string name, IFormattable value, string expected)
    {
        if (!holds)
            throw new BertMLNetException(FormattableString.Invariant($"option {name}: {value} is out of range; expected {expected}."));
    }
}
