using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Tells of a part of some work as of the parts <paramref name="first"/> to before <paramref name="end"/> of <paramref name="parts"/> equal ones.</summary>
internal sealed class PartProgress(IProgress<TransferProgress> whole, int first, int end, int parts) : IProgress<TransferProgress>
{
    public static IProgress<TransferProgress>? Of(IProgress<TransferProgress>? whole, int first, int end, int parts) =>
        whole is null ? null : new PartProgress(whole, first, end, parts);

    public void Report(TransferProgress value)
    {
        long part = value.Total / (end - first);
        whole.Report(value with { Done = first * part + value.Done, Total = value.Total + (parts - end + first) * part });
    }
}
