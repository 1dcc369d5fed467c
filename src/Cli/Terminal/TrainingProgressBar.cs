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
