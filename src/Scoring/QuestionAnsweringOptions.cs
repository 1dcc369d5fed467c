using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>How long passages are cut into windows, and how an answer is read from the logits.</summary>
public sealed record QuestionAnsweringOptions
{
    /// <summary>The longest window where nothing else is said, special tokens included.</summary>
    public const int DefaultMaxLength = 384;

    /// <summary>
    /// Passage tokens that neighbouring windows share, as in transformers (Google's original code calls the distance
    /// between two windows' starts by the same name); never more than half of a window's passage tokens.
    /// </summary>
    public int DocStride { get; init; } = 128;

    /// <summary>Questions are cut off after this many tokens, and never take more than half of a window.</summary>
    public int MaxQuestionLength { get; init; } = 64;

    /// <summary>The longest answer in tokens.</summary>
    public int MaxAnswerLength { get; init; } = 30;

    /// <summary>The most candidates that are kept.</summary>
    private const int MostCandidates = 1000;

    /// <summary>The number of candidates given with an answer, from 1 to 1000.</summary>
    public int NBestSize { get; init; } = 20;

    /// <summary>
    /// Lets questions have no answer: none is given where the score of "no answer" exceeds the best span's by more than
    /// this. Null for models trained on questions that always have an answer: then a span is always given.
    /// </summary>
    public double? NullThreshold { get; init; }

    /// <summary>The options that a model's configuration asks for; what it does not say is as above.</summary>
    public static QuestionAnsweringOptions For(BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var defaults = new QuestionAnsweringOptions();
        return config.Answering is not { } settings ? defaults : defaults with
        {
            DocStride = settings.DocStride ?? defaults.DocStride,
            MaxQuestionLength = settings.MaxQuestionLength ?? defaults.MaxQuestionLength,
            MaxAnswerLength = settings.MaxAnswerLength ?? defaults.MaxAnswerLength,
            NullThreshold = settings.NullThreshold,
        };
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="BertMLNetException">A value makes no sense.</exception>
    internal void Validate()
    {
        RequireAtLeast(0, DocStride, nameof(DocStride));
        RequireAtLeast(1, MaxQuestionLength, nameof(MaxQuestionLength));
        RequireAtLeast(1, MaxAnswerLength, nameof(MaxAnswerLength));
        RequireAtLeast(1, NBestSize, nameof(NBestSize));
        if (NBestSize > MostCandidates)
        {
            throw new BertMLNetException(string.Create(
                CultureInfo.InvariantCulture,
                $"question answering: {nameof(NBestSize)} is {NBestSize}; it must be {MostCandidates} or less."));
        }
        if (NullThreshold is { } threshold && !double.IsFinite(threshold))
            throw new BertMLNetException($"question answering: {nameof(NullThreshold)} is not a finite number; leave it out for never.");
    }

    private static void RequireAtLeast(int least, int value, string name)
    {
        if (value < least)
        {
            throw new BertMLNetException(string.Create(
                CultureInfo.InvariantCulture, $"question answering: {name} is {value}; it must be {least} or more."));
        }
    }
}
