using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>Targets of the classification head; the loss is cross-entropy.</summary>
/// <param name="Classes">The right class of each example, [examples].</param>
/// <param name="Weights">What each example's loss counts for, [examples]; its class's weight, 1 where classes are not weighted.</param>
public sealed record ClassTargets(int[] Classes, float[] Weights) : BatchTargets
{
    /// <inheritdoc/>
    public override double TotalWeight => Weights.Sum(weight => (double)weight);

    internal override void AddTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<int>(Classes));
        hash.AppendData(MemoryMarshal.AsBytes<float>(Weights));
    }
}
