using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>Targets of pre-training: the loss is that of the masked tokens and that of the judgement of two texts, added up.</summary>
/// <param name="Tokens">The masked tokens.</param>
/// <param name="Sentences">
/// The right class of each example's two texts, [examples]; the weight says how many masked tokens' losses it counts for,
/// 0 for an example that is one text.
/// </param>
public sealed record PreTrainingTargets(MaskedTokenTargets Tokens, ClassTargets Sentences) : BatchTargets
{
    /// <summary>The number of masked tokens: the loss of an update is a mean over them.</summary>
    public override double TotalWeight => Tokens.TotalWeight;

    internal override void AddTo(IncrementalHash hash)
    {
        Tokens.AddTo(hash);
        Sentences.AddTo(hash);
    }
}
