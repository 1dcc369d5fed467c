using BertMLNet.Scoring;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>
/// How to fine-tune a model on questions. Windows have up to 384 tokens where nothing else is said. Without validation
/// data, whole passages of the training data are set aside.
/// </summary>
public sealed record QuestionFineTuningOptions : TrainingRunOptions
{
    /// <summary>The questions to learn from, e.g. <see cref="QuestionReader.Read(string, QuestionReaderOptions?, QuestionDataReport?, CancellationToken)"/>; gone through once.</summary>
    public required IEnumerable<QuestionExample> Training { get; init; }

    /// <summary>The questions to judge by, gone through once; null to set the questions of some of the training data's passages aside.</summary>
    public IEnumerable<QuestionExample>? Validation { get; init; }

    /// <summary>Takes what is noticed while the training data are tokenized; the reader may share it.</summary>
    public QuestionDataReport TrainingReport { get; init; } = new();

    /// <summary>Takes what is noticed while the validation data are tokenized; the reader may share it.</summary>
    public QuestionDataReport ValidationReport { get; init; } = new();

    /// <summary>How passages are cut, and how answers are read when the model is judged.</summary>
    public QuestionAnsweringOptions Answering { get; init; } = new();

    internal override PreparedRun Prepare(ILogger logger, CancellationToken cancellationToken) => QuestionFineTuner.Prepare(this, logger, cancellationToken);
}
