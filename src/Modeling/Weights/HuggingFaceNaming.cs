namespace BertMLNet.Modeling;

/// <summary>
/// Hugging Face's names, which are ours, in all their ages: without the <c>bert.</c> prefix where the encoder alone was
/// saved, with <c>gamma</c> and <c>beta</c> in the layer normalisations, with the <c>module.</c> of a parallel wrapper.
/// </summary>
internal sealed class HuggingFaceNaming(ICheckpoint checkpoint) : ITensorNaming
{
    /// <summary>The output matrix of the masked-token head, saved beside the word embeddings that it is tied to.</summary>
    public const string TiedDecoder = "cls.predictions.decoder.weight";

    private const string DecoderBias = "cls.predictions.decoder.bias";

    public MappedTensor Map(string name, TensorInfo info)
    {
        string parameter = name.StartsWith("module.", StringComparison.Ordinal) ? name["module.".Length..] : name;
        if (parameter.StartsWith("embeddings.", StringComparison.Ordinal)
            || parameter.StartsWith("encoder.", StringComparison.Ordinal)
            || parameter.StartsWith("pooler.", StringComparison.Ordinal))
            parameter = $"bert.{parameter}";
        if (parameter.EndsWith(".gamma", StringComparison.Ordinal))
            parameter = $"{parameter[..^".gamma".Length]}.weight";
        else if (parameter.EndsWith(".beta", StringComparison.Ordinal))
            parameter = $"{parameter[..^".beta".Length]}.bias";

        return parameter switch
        {
            "bert.embeddings.position_ids" or "bert.embeddings.token_type_ids" => MappedTensor.Bookkeeping,
            DecoderBias => Tied(name, DecoderBias, BertParameters.PredictionBias, info),
            _ => new(parameter, info.Shape, Transposed: false),
        };
    }

    /// <summary>The head's bias is saved under two names, or under the decoder's alone.</summary>
    private MappedTensor Tied(string name, string alias, string parameter, TensorInfo info) =>
        checkpoint.Tensors.ContainsKey(name.Replace(alias, parameter, StringComparison.Ordinal))
            ? MappedTensor.Bookkeeping
            : new(parameter, info.Shape, Transposed: false);
}
