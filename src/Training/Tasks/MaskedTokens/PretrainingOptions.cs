using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>
/// How to pre-train a model on plain text: masked tokens and, where it is asked for, a judgement of two texts. The model
/// folder that comes of it has no ONNX graphs: it is there to be fine-tuned. <see cref="TrainingOptions.Epochs"/> is worked
/// out from <see cref="Updates"/> and <see cref="EvaluateEvery"/>; examples are of 128 tokens unless
/// <see cref="TrainingRunOptions.MaxLength"/> says otherwise.
/// </summary>
public sealed record PretrainingOptions : TrainingRunOptions
{
    /// <summary>Starts from the usual settings of pre-training.</summary>
    public PretrainingOptions()
    {
        Optimization = DefaultOptimization;
        ValidationFraction = 0.01;
    }

    /// <summary>The text: files and folders; see <see cref="TextCorpusReader.Read"/>.</summary>
    public required IReadOnlyList<string> TextPaths { get; init; }

    /// <summary>Text to judge by; where there is none, a part of the text is set aside.</summary>
    public IReadOnlyList<string> ValidationPaths { get; init; } = [];

    /// <summary>The most examples to judge by.</summary>
    public int ValidationExamples { get; init; } = 2000;

    /// <summary>Updates in all.</summary>
    public int Updates { get; init; } = 10_000;

    /// <summary>Updates between two evaluations on the text set aside.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>How tokens are masked.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>What is asked of two texts.</summary>
    public SentenceTask SentenceTask { get; init; }

    /// <summary>The part of the examples that are two texts, where there is a <see cref="SentenceTask"/>.</summary>
    public double SentencePart { get; init; } = 0.5;

    /// <summary>
    /// The dropout rate while pre-training; null for the configuration's. Text that is seen about once needs none; the model
    /// that is written keeps the configuration's rates, for its fine-tuning.
    /// </summary>
    public float? Dropout { get; init; }

    /// <summary>Is told how much of the text is read.</summary>
    public IProgress<TransferProgress>? Reading { get; init; }

    /// <summary>
    /// What pre-training does unless it is told otherwise: a batch of 128, 5e-4 at the highest, updates of text drawn at random.
    /// </summary>
    public static TrainingOptions DefaultOptimization { get; } = new()
    {
        BatchSize = 128,
        LearningRate = 5e-4,
        Warmup = 0.05,
        Beta2 = 0.98,
        Epsilon = 1e-6,
        BucketUpdates = 1,
    };

    private const int UsualMaxLength = 128;
    private const int ShortestMaxLength = 16;

    /// <summary>A run that is shorter than the time to its first evaluation is judged at its end.</summary>
    private int UpdatesAnEvaluation => Math.Min(EvaluateEvery, Updates);

    private protected override PreparedRun Prepare(
        StartingModel start, TrainingOptions training, ILogger logger, CancellationToken cancellationToken)
    {
        int maxLength = start.MaxLength(UsualMaxLength, ShortestMaxLength);
        TextCorpus text = TextCorpusReader.Read(TextPaths, start.Tokenizer, Reading, cancellationToken);
        TextCorpus validation;
        if (ValidationPaths.Count > 0)
            validation = TextCorpusReader.Read(ValidationPaths, start.Tokenizer, Reading, cancellationToken);
        else
            (text, validation) = text.Split(ValidationFraction, training.Seed);

        CheckDocuments(text, validation, logger);
        var vocabulary = new PretrainingVocabulary(start.Tokenizer, text);
        var source = new PretrainingSource(text, vocabulary, this, maxLength, training.BatchSize * UpdatesAnEvaluation);
        int judged = Math.Min(ValidationExamples, new PretrainingSource(validation, vocabulary, this, maxLength, 1).ExamplesAPass);
        logger.LogInformation(
            "The text: {Tokens} tokens, {Sentences} sentences, {Documents} documents; {Passes:0.0} passes over it. "
            + "Set aside: {Validation} tokens.",
            text.TokenCount, text.SentenceCount, text.DocumentCount,
            (double)training.BatchSize * Updates / source.ExamplesAPass, validation.TokenCount);
        BertConfig trained = Dropout is { } rate
            ? start.Config with { HiddenDropoutProb = rate, AttentionProbsDropoutProb = rate }
            : start.Config;
        Head head = SentenceTask == SentenceTask.None ? Heads.MaskedTokens : Heads.PreTraining;
        ParameterSet parameters = start.LoadParameters(trained, head, cancellationToken);
        if (FromScratch)
            PretrainingStart.Apply(parameters, text);
        return new PreparedRun
        {
            Text = new("pretrain", "Pre-training"),
            Parameters = parameters,
            SavedConfig = _ => start.Config,
            Tokenizer = start.Tokenizer,
            Task = new TrainingTask(
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
                },
            },
            Training = training,
        };
    }

    /// <summary>
    /// A second text from elsewhere is from another document: in a text of one document, all that is asked has the same answer.
    /// </summary>
    private void CheckDocuments(TextCorpus text, TextCorpus validation, ILogger logger)
    {
        if (SentenceTask != SentenceTask.NextSentence || SentencePart == 0)
            return;
        if (text.DocumentCount < 2)
        {
            throw new BertMLNetException(
                $"{string.Join(", ", TextPaths)}: the text to learn from is one document, but which sentence is next is asked with "
                + "sentences of others, too; expected an empty line between documents, or another task (option sentence-task).");
        }
        if (validation.DocumentCount < 2)
        {
            logger.LogWarning(
                "The text to judge by is one document: every right answer there is that the second text is the next one, and how many are "
                + "found tells nothing. Set more aside (option validation-fraction), or give text of several documents.");
        }
    }

    /// <summary>Checks every option, and works out the epochs.</summary>
    private protected override TrainingOptions Validated()
    {
        TrainingOptions.Check(TextPaths.Count > 0, "text", TextPaths.Count, "at least one file or folder");
        TrainingOptions.Check(Updates >= 1, "updates", Updates, "at least 1");
        TrainingOptions.Check(EvaluateEvery >= 1, "evaluate-every", EvaluateEvery, "at least 1");
        TrainingOptions.Check(ValidationExamples >= 1, "validation-examples", ValidationExamples, "at least 1");
        CheckValidationFraction();
        TrainingOptions.Check(Masking.Rate is > 0 and < 1, "mask-rate", Masking.Rate, "above 0 and below 1");
        TrainingOptions.Check(Masking.MaskPart is >= 0 and <= 1, "mask-part", Masking.MaskPart, "from 0 to 1");
        TrainingOptions.Check(SentencePart is >= 0 and <= 1, "sentence-part", SentencePart, "from 0 to 1");
        TrainingOptions.Check(Dropout is null or (>= 0 and < 1), "dropout", Dropout ?? 0, "from 0 to below 1");
        TrainingOptions.Check(
            Updates % UpdatesAnEvaluation == 0,
            "updates", Updates, FormattableString.Invariant($"a multiple of the option evaluate-every, which is {EvaluateEvery}"));
        TrainingOptions.Check(
            (long)Optimization.BatchSize * UpdatesAnEvaluation <= Array.MaxLength,
            "batch-size", Optimization.BatchSize,
            FormattableString.Invariant($"at most {Array.MaxLength / UpdatesAnEvaluation} with evaluate-every {EvaluateEvery}"));
        TrainingOptions training = Optimization with { Epochs = Updates / UpdatesAnEvaluation };
        training.Validate();
        return training;
    }
}

/// <summary>Which tokens are masked, anew in every epoch, and what they are replaced with (Devlin et al., 2018).</summary>
public sealed record MaskingOptions
{
    /// <summary>The part of an example's tokens that are to be predicted; at least one is.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>The part of those that read [MASK]; of the rest one half is a word drawn at random, one half as it was.</summary>
    public double MaskPart { get; init; } = 0.8;

    /// <summary>Whether the pieces of a word are masked together.</summary>
    public bool WholeWords { get; init; }
}

/// <summary>What pre-training asks of two texts, beside their masked tokens. Class 0 says that they belong together.</summary>
public enum SentenceTask
{
    /// <summary>Nothing: every example is one text.</summary>
    None,

    /// <summary>Whether the second text follows the first, or is from another place (Devlin et al., 2018).</summary>
    NextSentence,

    /// <summary>Whether two texts that follow each other are in order or exchanged (Lan et al., 2019).</summary>
    SentenceOrder,

    /// <summary>
    /// Whether two versions of a sentence say the same: one is shortened and turned around, and in half the examples words of
    /// it are replaced or exchanged, or it is another sentence from nearby. Teaches to compare texts word by word.
    /// </summary>
    SameContent,
}
