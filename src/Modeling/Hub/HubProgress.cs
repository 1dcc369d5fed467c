namespace BertMLNet.Modeling;

/// <summary>Adds up the bytes of a download's files.</summary>
internal sealed class HubProgress(IProgress<TransferProgress>? progress, long total)
{
    private string _file = "";
    private long _before;

    public void Begin(string file) => _file = file;

    /// <summary>Reports that this many bytes of the current file are there.</summary>
    public void Report(long bytes) => progress?.Report(new TransferProgress(_file, _before + bytes, total));

    public void Complete(long bytes)
    {
        Report(bytes);
        _before += bytes;
    }
}
