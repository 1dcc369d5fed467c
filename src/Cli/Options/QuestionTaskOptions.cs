using System.CommandLine;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What training on questions needs besides the files.</summary>
internal sealed class QuestionTaskOptions : ITaskOptions
{
    private readonly QuestionOptionsGroup _answering = new(threshold: false, candidates: false);

    private readonly Option<bool> _fixOffsets = new("--fix-offsets")
    {
        Description = "Move an answer that does not stand at its answer_start to the nearest place that has its text.",
    };

    /// <inheritdoc/>
    public IReadOnlyList<Option> All => [.. _answering.All, _fixOffsets];

    /// <inheritdoc/>
    public TrainingRunOptions Read(ParseResult arguments, string trainingPath, string? validationPath)
    {
        var reading = new QuestionReaderOptions { RequireAnswers = true, FixOffsets = arguments.GetValue(_fixOffsets) };
        var training = new QuestionDataReport();
        var validation = new QuestionDataReport();
        return new QuestionFineTuningOptions
        {
            ModelPath = "",
            OutputPath = "",
            Training = QuestionReader.Read(trainingPath, reading, training),
            Validation = validationPath is null ? null : QuestionReader.Read(validationPath, reading, validation),
            TrainingReport = training,
            ValidationReport = validation,
            Answering = _answering.Read(arguments, new QuestionAnsweringOptions()),
        };
    }
}
