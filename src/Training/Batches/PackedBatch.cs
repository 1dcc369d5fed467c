using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// A micro-batch with its padding left out: the real tokens of all examples one after another. Every engine takes its
/// input in this form and pads, or does not, as it likes.
/// </summary>
internal sealed class PackedBatch
{
    /// <summary>Tokens of each example, [examples]; they sum to the number of tokens.</summary>
    public required int[] Lengths { get; init; }

    /// <summary>Vocabulary ids, [tokens].</summary>
    public required int[] InputIds { get; init; }

    /// <summary>Token types (segments), [tokens].</summary>
    public required int[] TokenTypeIds { get; init; }

    /// <summary>What the loss compares the logits with; null where only logits are wanted.</summary>
    public BatchTargets? Targets { get; init; }

    /// <summary>Number of examples.</summary>
    public int ExampleCount => Lengths.Length;

    /// <summary>Number of real tokens.</summary>
    public int TokenCount => InputIds.Length;

    /// <summary>Tokens of the longest example.</summary>
    public int LongestLength => Lengths.Length == 0 ? 0 : Lengths.Max();

    /// <summary>Makes sure that the model has a position for every token.</summary>
    /// <exception cref="BertMLNetException">An example is longer.</exception>
    public void CheckFits(BertConfig config)
    {
        if (LongestLength > config.MaxPositionEmbeddings)
        {
            throw new BertMLNetException(
                $"A sequence of {LongestLength} tokens is longer than the model's max_position_embeddings of "
                + $"{config.MaxPositionEmbeddings}; lower the option max-length.");
        }
    }
}
