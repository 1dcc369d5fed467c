using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Shows on a bar how far training is.</summary>
internal sealed class TrainingProgressBar(ProgressBar bar) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        string doing = value.Phase == TrainingPhase.Training
            ? FormattableString.Invariant($"epoch {value.Epoch}/{value.Epochs}, loss {value.Loss:0.0000}")
            : FormattableString.Invariant($"epoch {value.Epoch}/{value.Epochs}, evaluating {value.EvaluationDone:P0}");
        bar.Report(value.Update, value.Updates, doing);
    }
}

/// <summary>Shows on another job's bar how much of its input is read.</summary>
internal sealed class ReadingBar(ProgressBar bar) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) =>
        bar.Report(
            0, null,
            FormattableString.Invariant($"reading {Path.GetFileName(value.Item)}, {(double)value.Done / Math.Max(1, value.Total):P0}"));
}

/// <summary>Shows on a bar how far a copy or a download is, in megabytes.</summary>
internal sealed class TransferBar(ProgressBar bar) : IProgress<TransferProgress>
{
    private const double Megabyte = 1e6;

    public void Report(TransferProgress value) =>
        bar.Report(value.Done / Megabyte, value.Total > 0 ? value.Total / Megabyte : null, value.Item);
}

/// <summary>Shows on a bar how far learning a vocabulary is, in percent of what is being done.</summary>
internal sealed class VocabularyProgressBar(ProgressBar bar) : IProgress<VocabularyTrainingProgress>
{
    public void Report(VocabularyTrainingProgress value)
    {
        string doing = value.Phase == VocabularyTrainingPhase.Counting
            ? FormattableString.Invariant($"counting words, {value.Total / 1e6:N0} MB")
            : FormattableString.Invariant($"joining pieces, {value.Done:N0} of {value.Total:N0}");
        bar.Report(100.0 * value.Done / value.Total, 100, doing);
    }
}
