using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>Shows on another job's bar how much of its input is read.</summary>
internal sealed class ReadingBar(ProgressBar bar) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) =>
        bar.Report(
            0, null,
            FormattableString.Invariant($"reading {Path.GetFileName(value.Item)}, {(double)value.Done / Math.Max(1, value.Total):P0}"));
}
