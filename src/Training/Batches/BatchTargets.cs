using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>What a micro-batch's loss compares the logits with; one kind a task head.</summary>
public abstract record BatchTargets
{
    /// <summary>
    /// The sum of the weights of the losses that the batch adds up; an update divides by it to be a weighted mean.
    /// </summary>
    public abstract double TotalWeight { get; }

    /// <summary>Adds the targets to a hash by which a resumed run knows its data again.</summary>
    internal abstract void AddTo(IncrementalHash hash);
}
