using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>
/// Targets of the question answering head. An example's loss is the mean of the cross-entropies of its start and its
/// end, each over the allowed tokens of that example alone.
/// </summary>
/// <param name="Starts">The answer's first token, counted from the example's own first token, [examples].</param>
/// <param name="Ends">The answer's last token, counted likewise, [examples].</param>
/// <param name="Allowed">
/// The tokens an answer may start or end at, [tokens]: the passage's, and [CLS] where questions may have no answer.
/// </param>
public sealed record SpanTargets(int[] Starts, int[] Ends, bool[] Allowed) : BatchTargets
{
    /// <inheritdoc/>
    public override double TotalWeight => Starts.Length;

    internal override void AddTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<int>(Starts));
        hash.AppendData(MemoryMarshal.AsBytes<int>(Ends));
        hash.AppendData(MemoryMarshal.AsBytes<bool>(Allowed));
    }
}
