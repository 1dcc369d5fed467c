using BertMLNet.Modeling;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>Each loss as one function of tensors: the weighted sum of a batch's losses, from a branch's result.</summary>
internal static class TensorLosses
{
    private delegate Tensor LossFunction(Tensor logits, BatchTargets targets, PackedTensors batch);

    private static readonly Dictionary<Loss, LossFunction> Functions = new()
    {
        [Loss.CrossEntropy] = (logits, targets, _) => CrossEntropy(logits, targets.As<ClassTargets>()),
        [Loss.BinaryCrossEntropy] = (logits, targets, _) => BinaryCrossEntropy(logits, targets.As<LabelTargets>()),
        [Loss.MeanSquaredError] = (logits, targets, _) => SquaredError(logits, targets.As<ValueTargets>()),
        [Loss.Spans] = (logits, targets, batch) => Spans(logits, targets.As<SpanTargets>(), batch),
        [Loss.Tokens] = (logits, targets, _) => Tokens(logits, targets.As<TokenTargets>()),
        [Loss.MaskedTokens] = (logits, targets, _) => CrossEntropy(logits, targets.As<MaskedTokenTargets>().Ids).sum(),
    };

    /// <summary>The losses that there is a function for.</summary>
    public static IReadOnlyCollection<Loss> Known => Functions.Keys;

    /// <summary>The loss of a branch's result.</summary>
    /// <exception cref="ArgumentException">The batch has no targets, or those of another loss.</exception>
    public static Tensor Of(Loss? loss, Tensor logits, PackedBatch batch, PackedTensors input)
    {
        if (batch.Targets is not { } targets)
            throw new ArgumentException("The batch has no targets, so there is no loss.", nameof(batch));
        return Functions[loss!.Value](logits, targets, input);
    }

    /// <summary>Logits [B, labels].</summary>
    private static Tensor CrossEntropy(Tensor logits, ClassTargets targets) =>
        (CrossEntropy(logits, targets.Classes) * tensor(targets.Weights, device: logits.device)).sum();

    /// <summary>The mean over an example's labels; logits [B, labels].</summary>
    private static Tensor BinaryCrossEntropy(Tensor logits, LabelTargets targets)
    {
        Tensor labels = tensor(targets.Labels, logits.shape, device: logits.device);
        Tensor losses = F.binary_cross_entropy_with_logits(logits, labels, reduction: nn.Reduction.None).mean([1]); // [B]
        return (losses * tensor(targets.Weights, device: logits.device)).sum();
    }

    /// <summary>Logits [B, 1].</summary>
    private static Tensor SquaredError(Tensor logits, ValueTargets targets)
    {
        Tensor difference = logits - tensor(targets.Values, [targets.Values.Length, 1], device: logits.device);
        return (difference * difference * tensor(targets.Weights, [targets.Weights.Length, 1], device: logits.device)).sum();
    }

    /// <summary>Half the sum of the start's and the end's cross-entropy over each example's allowed tokens; logits [T, 2].</summary>
    private static Tensor Spans(Tensor logits, SpanTargets targets, PackedTensors batch)
    {
        Tensor tokens = PlacesWhere(targets.Allowed.Length, token => targets.Allowed[token], logits.device); // [allowed]
        Tensor padded = full(batch.PaddedCount, 2, float.NegativeInfinity, device: logits.device)
            .index_copy(0, batch.PaddedPlaces.index_select(0, tokens), logits.index_select(0, tokens))
            .view(batch.ExampleCount, batch.Longest, 2); // [B, S, 2]
        return (CrossEntropy(padded.select(2, 0), targets.Starts).sum() + CrossEntropy(padded.select(2, 1), targets.Ends).sum()) / 2;
    }

    /// <summary>The cross-entropies of the tokens that have a class; logits [T, labels].</summary>
    private static Tensor Tokens(Tensor logits, TokenTargets targets)
    {
        Tensor labelled = PlacesWhere(targets.Classes.Length, token => targets.Classes[token] >= 0, logits.device);
        return CrossEntropy(logits.index_select(0, labelled), [.. targets.Classes.Where(index => index >= 0)]).sum();
    }

    private static Tensor PlacesWhere(int count, Func<int, bool> isWanted, Device device) =>
        tensor([.. Enumerable.Range(0, count).Where(isWanted).Select(place => (long)place)], ScalarType.Int64, device: device);

    /// <summary>Each row's cross-entropy: [N, classes], N targets -> [N].</summary>
    private static Tensor CrossEntropy(Tensor logits, int[] targets) =>
        F.cross_entropy(logits, tensor(targets, ScalarType.Int64, device: logits.device), reduction: nn.Reduction.None);
}
