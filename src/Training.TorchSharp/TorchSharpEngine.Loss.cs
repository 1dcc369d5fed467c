using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

public sealed partial class TorchSharpEngine
{
    /// <summary>The weighted sum of the examples' losses, or of the masked tokens' losses.</summary>
    private Tensor Loss(Tensor logits, PackedBatch batch, PackedTensors input) => batch.Targets switch
    {
        ClassTargets targets => (CrossEntropy(logits, targets.Classes) * tensor(targets.Weights, device: _device)).sum(),
        SpanTargets targets => SpanLoss(logits, targets, input),
        MaskedTokenTargets targets => CrossEntropy(logits, targets.Ids).sum(),
        PreTrainingTargets targets => PreTrainingLoss(logits, targets),
        _ => throw new ArgumentException("The batch has no targets, so there is no loss.", nameof(batch)),
    };

    /// <summary>The masked tokens' and the examples' losses; logits [masked · V + B · 2].</summary>
    private Tensor PreTrainingLoss(Tensor logits, PreTrainingTargets targets)
    {
        long tokens = (long)targets.Tokens.Ids.Length * _config.VocabSize;
        Tensor masked = logits.narrow(0, 0, tokens).view(-1, _config.VocabSize); // [masked, V]
        Tensor sentences = logits.narrow(0, tokens, logits.shape[0] - tokens).view(-1, 2); // [B, 2]
        return CrossEntropy(masked, targets.Tokens.Ids).sum()
            + (CrossEntropy(sentences, targets.Sentences.Classes) * tensor(targets.Sentences.Weights, device: _device)).sum();
    }

    /// <summary>Half the sum of the start's and the end's cross-entropy over each example's allowed tokens; logits [T, 2].</summary>
    private Tensor SpanLoss(Tensor logits, SpanTargets targets, PackedTensors input)
    {
        long[] allowed = [.. Enumerable.Range(0, targets.Allowed.Length).Where(token => targets.Allowed[token]).Select(token => (long)token)];
        Tensor tokens = tensor(allowed, device: _device); // [allowed]
        Tensor padded = full(input.PaddedCount, 2, float.NegativeInfinity, device: _device)
            .index_copy(0, input.PaddedPlaces.index_select(0, tokens), logits.index_select(0, tokens))
            .view(input.ExampleCount, input.Longest, 2); // [B, S, 2]
        return (CrossEntropy(padded.select(2, 0), targets.Starts).sum() + CrossEntropy(padded.select(2, 1), targets.Ends).sum()) / 2;
    }

    /// <summary>Each row's cross-entropy: [N, classes], N targets -> [N].</summary>
    private Tensor CrossEntropy(Tensor logits, int[] targets) =>
        F.cross_entropy(logits, tensor(targets, ScalarType.Int64, device: _device), reduction: nn.Reduction.None);
}
