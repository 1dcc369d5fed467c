using System.Text.RegularExpressions;

namespace BertMLNet.Modeling;

/// <summary>
/// The variable names of google-research/bert: <c>bert/encoder/layer_0/attention/self/query/kernel</c>, kernels [in, out],
/// the heads' matrices [out, in] as <c>output_weights</c>.
/// </summary>
internal sealed partial class GoogleNaming : ITensorNaming
{
    public static bool IsOfScheme(string name) =>
        name.StartsWith("bert/", StringComparison.Ordinal) || name.StartsWith("cls/", StringComparison.Ordinal);

    public MappedTensor Map(string name, TensorInfo info)
    {
        if (IsBookkeeping(name))
            return MappedTensor.Bookkeeping;
        string parameter = name switch
        {
            "output_weights" => $"{BertParameters.Classifier}.weight",
            "output_bias" => $"{BertParameters.Classifier}.bias",
            "cls/squad/output_weights" => $"{BertParameters.QaOutputs}.weight",
            "cls/squad/output_bias" => $"{BertParameters.QaOutputs}.bias",
            "cls/predictions/output_bias" => BertParameters.PredictionBias,
            "cls/seq_relationship/output_weights" => $"{BertParameters.SentenceRelationship}.weight",
            "cls/seq_relationship/output_bias" => $"{BertParameters.SentenceRelationship}.bias",
            _ => Layer().Replace(name, "/layer/${number}/").Replace('/', '.'),
        };
        if (TryReplaceEnd(ref parameter, ".kernel", ".weight"))
            return new(parameter, [.. info.Shape.Reverse()], Transposed: info.Shape.Length == 2);
        _ = TryReplaceEnd(ref parameter, ".gamma", ".weight")
            || TryReplaceEnd(ref parameter, ".beta", ".bias")
            || TryReplaceEnd(ref parameter, "_embeddings", "_embeddings.weight");
        return new(parameter, info.Shape, Transposed: false);
    }

    /// <summary>Counters and the moments that Adam, LAMB and their kin keep beside each variable.</summary>
    private static bool IsBookkeeping(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        return last is "global_step" or "adam_m" or "adam_v" or "lamb_m" or "lamb_v" or "Adam" or "Adam_1" or "Momentum"
            or "beta1_power" or "beta2_power" or "good_steps" or "loss_scale" or "ExponentialMovingAverage";
    }

    private static bool TryReplaceEnd(ref string name, string old, string with)
    {
        if (!name.EndsWith(old, StringComparison.Ordinal))
            return false;
        name = name[..^old.Length] + with;
        return true;
    }

    [GeneratedRegex("/layer_(?<number>[0-9]+)/", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Layer();
}
