using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>How to fine-tune a model on questions.</summary>
public sealed record QuestionFineTuningOptions
{
    /// <summary>The model folder to start from: configuration, tokenizer and, unless <see cref="FromScratch"/>, weights.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model folder to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>The questions to learn from, e.g. <see cref="QuestionReader.Read(string, QuestionReaderOptions?, QuestionDataReport?, CancellationToken)"/>; gone through once.</summary>
    public required IEnumerable<QuestionExample> Training { get; init; }

    /// <summary>The questions to judge by, gone through once; null to set the questions of some of the training data's passages aside.</summary>
    public IEnumerable<QuestionExample>? Validation { get; init; }

    /// <summary>The part of the training data's passages to set aside where there is no validation data.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Takes what is noticed while the training data are tokenized; the reader may share it.</summary>
    public QuestionDataReport TrainingReport { get; init; } = new();

    /// <summary>Takes what is noticed while the validation data are tokenized; the reader may share it.</summary>
    public QuestionDataReport ValidationReport { get; init; } = new();

    /// <summary>Whether weights start at random in place of the model folder's.</summary>
    public bool FromScratch { get; init; }

    /// <summary>The most tokens of a window, special tokens included; where it is null, 384 or as many as the model takes.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How passages are cut, and how answers are read when the model is judged.</summary>
    public QuestionAnsweringOptions Answering { get; init; } = new();

    /// <summary>How to train.</summary>
    public TrainingOptions Optimization { get; init; } = new();

    /// <summary>Whether to go on with the run that the output folder holds.</summary>
    public bool Resume { get; init; }
}
