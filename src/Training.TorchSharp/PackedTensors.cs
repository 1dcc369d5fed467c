using TorchSharp;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>
/// A packed batch on the device. Its tensors belong to the dispose scope that it is made in. T is the number of tokens,
/// B of examples, S the longest example's tokens.
/// </summary>
internal sealed class PackedTensors
{
    public PackedTensors(PackedBatch batch, Device device)
    {
        ExampleCount = batch.ExampleCount;
        Longest = batch.LongestLength;
        var positions = new long[batch.TokenCount];
        var places = new long[batch.TokenCount];
        var first = new long[batch.ExampleCount];
        var bias = new float[PaddedCount];
        Array.Fill(bias, float.MinValue);
        int token = 0;
        for (int example = 0; example < batch.Lengths.Length; example++)
        {
            first[example] = token;
            for (int position = 0; position < batch.Lengths[example]; position++, token++)
            {
                positions[token] = position;
                places[token] = (long)example * Longest + position;
                bias[places[token]] = 0;
            }
        }
        InputIds = tensor(batch.InputIds, device: device);
        TokenTypeIds = tensor(batch.TokenTypeIds, device: device);
        Positions = tensor(positions, device: device);
        PaddedPlaces = tensor(places, device: device);
        FirstTokens = tensor(first, device: device);
        AttentionBias = tensor(bias, [ExampleCount, 1, 1, Longest], device: device);
        MaskedTokenTargets? masked = batch.Targets is PreTrainingTargets both ? both.Tokens : batch.Targets as MaskedTokenTargets;
        MaskedTokens = masked is null ? null : tensor(masked.Positions, device: device);
    }

    public int ExampleCount { get; }

    public int Longest { get; }

    /// <summary>B times S.</summary>
    public int PaddedCount => ExampleCount * Longest;

    /// <summary>Vocabulary ids [T].</summary>
    public Tensor InputIds { get; }

    /// <summary>Token types [T].</summary>
    public Tensor TokenTypeIds { get; }

    /// <summary>Each token's position in its own example [T].</summary>
    public Tensor Positions { get; }

    /// <summary>Each token's row among the B times S rows of the padded layout [T].</summary>
    public Tensor PaddedPlaces { get; }

    /// <summary>Each example's [CLS] among the tokens [B].</summary>
    public Tensor FirstTokens { get; }

    /// <summary>Added to the attention scores: 0 at tokens, the lowest number at padding [B, 1, 1, S].</summary>
    public Tensor AttentionBias { get; }

    /// <summary>The masked tokens among the tokens [masked tokens]; null where the batch has none.</summary>
    public Tensor? MaskedTokens { get; }
}
