using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>Shows on a bar how far a copy or a download is, in megabytes.</summary>
internal sealed class TransferBar(ProgressBar bar) : IProgress<TransferProgress>
{
    private const double Megabyte = 1e6;

    public void Report(TransferProgress value) =>
        bar.Report(value.Done / Megabyte, value.Total > 0 ? value.Total / Megabyte : null, value.Item);
}
