using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>What a micro-batch's loss compares the logits with; one kind for each <see cref="Loss"/>.</summary>
internal abstract record BatchTargets
{
    /// <summary>
    /// The sum of the weights of the losses that the batch adds up; an update divides by it to be a weighted mean.
    /// </summary>
    public abstract double TotalWeight { get; }

    /// <summary>Adds the targets to a hash by which a resumed run knows its data again.</summary>
    internal abstract void AddTo(IncrementalHash hash);

    /// <summary>The targets of one of the losses that a model adds up.</summary>
    /// <exception cref="InvalidOperationException">They are of another loss.</exception>
    internal virtual T As<T>()
        where T : BatchTargets =>
        this as T ?? throw new InvalidOperationException($"The batch holds {GetType().Name}, but the model's head needs {typeof(T).Name}.");

    private protected static double Sum(float[] weights) => weights.Sum(weight => (double)weight);

    private protected static void Append<T>(IncrementalHash hash, T[] values)
        where T : unmanaged =>
        hash.AppendData(MemoryMarshal.AsBytes<T>(values));
}

/// <summary>Targets of <see cref="Loss.CrossEntropy"/>.</summary>
/// <param name="Classes">The right class of each example, [examples].</param>
/// <param name="Weights">What each example's loss counts for, [examples]; its class's weight, 1 where classes are not weighted.</param>
internal sealed record ClassTargets(int[] Classes, float[] Weights) : BatchTargets
{
    public override double TotalWeight => Sum(Weights);

    internal override void AddTo(IncrementalHash hash)
    {
        Append(hash, Classes);
        Append(hash, Weights);
    }
}

/// <summary>Targets of <see cref="Loss.BinaryCrossEntropy"/>. An example's loss is the mean of its labels'.</summary>
/// <param name="Labels">1 where a label is there, 0 where it is not, [examples, labels].</param>
/// <param name="Weights">What each example's loss counts for, [examples].</param>
internal sealed record LabelTargets(float[] Labels, float[] Weights) : BatchTargets
{
    public override double TotalWeight => Sum(Weights);

    internal override void AddTo(IncrementalHash hash)
    {
        Append(hash, Labels);
        Append(hash, Weights);
    }
}

/// <summary>Targets of <see cref="Loss.MeanSquaredError"/>.</summary>
/// <param name="Values">The right value of each example, [examples].</param>
/// <param name="Weights">What each example's loss counts for, [examples].</param>
internal sealed record ValueTargets(float[] Values, float[] Weights) : BatchTargets
{
    public override double TotalWeight => Sum(Weights);

    internal override void AddTo(IncrementalHash hash)
    {
        Append(hash, Values);
        Append(hash, Weights);
    }
}

/// <summary>
/// Targets of <see cref="Loss.Spans"/>. An example's loss is the mean of the cross-entropies of its start and its end, each
/// over the allowed tokens of that example alone.
/// </summary>
/// <param name="Starts">The answer's first token, counted from the example's own first token, [examples].</param>
/// <param name="Ends">The answer's last token, counted likewise, [examples].</param>
/// <param name="Allowed">
/// The tokens an answer may start or end at, [tokens]: the passage's, and [CLS] where questions may have no answer.
/// </param>
internal sealed record SpanTargets(int[] Starts, int[] Ends, bool[] Allowed) : BatchTargets
{
    public override double TotalWeight => Starts.Length;

    internal override void AddTo(IncrementalHash hash)
    {
        Append(hash, Starts);
        Append(hash, Ends);
        Append(hash, Allowed);
    }
}

/// <summary>Targets of <see cref="Loss.Tokens"/>; the loss is the sum of the cross-entropies of the tokens that have a class.</summary>
/// <param name="Classes">The right class of each token, [tokens]; below 0 for one that has none.</param>
internal sealed record TokenTargets(int[] Classes) : BatchTargets
{
    /// <summary>The class of a token that does not count.</summary>
    public const int None = -1;

    /// <summary>The number of tokens that have a class.</summary>
    public override double TotalWeight => Classes.Count(index => index >= 0);

    internal override void AddTo(IncrementalHash hash) => Append(hash, Classes);
}

/// <summary>Targets of <see cref="Loss.MaskedTokens"/>; the loss is the sum of the cross-entropies of the masked tokens.</summary>
/// <param name="Positions">The masked tokens' places in the packed batch, [masked], ascending.</param>
/// <param name="Ids">What stood there before masking, [masked].</param>
internal sealed record MaskedTokenTargets(int[] Positions, int[] Ids) : BatchTargets
{
    public override double TotalWeight => Ids.Length;

    internal override void AddTo(IncrementalHash hash)
    {
        Append(hash, Positions);
        Append(hash, Ids);
    }
}

/// <summary>Targets of pre-training: the loss is that of the masked tokens and that of the judgement of two texts, added up.</summary>
/// <param name="Tokens">The masked tokens.</param>
/// <param name="Sentences">
/// The right class of each example's two texts, [examples]; the weight says how many masked tokens' losses it counts for,
/// 0 for an example that is one text.
/// </param>
internal sealed record PreTrainingTargets(MaskedTokenTargets Tokens, ClassTargets Sentences) : BatchTargets
{
    /// <summary>The number of masked tokens: the loss of an update is a mean over them.</summary>
    public override double TotalWeight => Tokens.TotalWeight;

    internal override T As<T>() => Tokens as T ?? Sentences as T ?? base.As<T>();

    internal override void AddTo(IncrementalHash hash)
    {
        Tokens.AddTo(hash);
        Sentences.AddTo(hash);
    }
}
