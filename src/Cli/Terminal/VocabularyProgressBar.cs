using BertMLNet.Tokenization;

namespace BertMLNet.Cli;

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
