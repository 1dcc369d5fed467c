using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>Targets of masked-language modelling; the loss is the sum of the cross-entropies of the masked tokens.</summary>
/// <param name="Positions">The masked tokens' places in the packed batch, [masked], ascending.</param>
/// <param name="Ids">What stood there before masking, [masked].</param>
public sealed record MaskedTokenTargets(int[] Positions, int[] Ids) : BatchTargets
{
    /// <inheritdoc/>
    public override double TotalWeight => Ids.Length;

    internal override void AddTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<int>(Positions));
        hash.AppendData(MemoryMarshal.AsBytes<int>(Ids));
    }
}
