using System.Globalization;
using System.Text.RegularExpressions;

namespace BertMLNet.Modeling;

/// <summary>A scheme of tensor names that BERT checkpoints come in.</summary>
internal interface ITensorNaming
{
    /// <summary>Says what a tensor is. A name that the scheme does not know keeps its name.</summary>
    /// <exception cref="BertMLNetException">The tensor does not fit the configuration.</exception>
    MappedTensor Map(string name, TensorInfo info);
}

/// <summary>Tells which scheme a checkpoint's names follow.</summary>
internal static class TensorNaming
{
    public static ITensorNaming Of(ICheckpoint checkpoint, BertConfig config)
    {
        if (checkpoint.Tensors.Keys.Any(ModelGardenNaming.IsOfScheme))
            return new ModelGardenNaming(checkpoint, config);
        return checkpoint.Tensors.Keys.Any(GoogleNaming.IsOfScheme)
            ? new GoogleNaming()
            : new HuggingFaceNaming(checkpoint, config.Encoder);
    }
}

/// <summary>
/// Hugging Face's names, which are ours for BERT, in all their ages: without the <c>bert.</c> prefix where the encoder alone was
/// saved, with <c>gamma</c> and <c>beta</c> in the layer normalisations, with the prefixes of wrappers: <c>module.</c>,
/// <c>_orig_mod.</c>, <c>base_model.model.</c>, or what else stands before the word embeddings.
/// </summary>
internal sealed class HuggingFaceNaming(ICheckpoint checkpoint, EncoderVariant encoder) : ITensorNaming
{
    /// <summary>The output matrix of the masked-token head, saved beside the word embeddings that it is tied to.</summary>
    public const string TiedDecoder = "cls.predictions.decoder.weight";

    private const string DecoderBias = "cls.predictions.decoder.bias";

    /// <summary>What the modules of encoders are called where the encoder alone was saved.</summary>
    private static readonly string[] EncoderParts = ["embeddings.", "embeddings_project.", "encoder.", "transformer.", "pooler."];

    private readonly string _wrapper = WrapperOf(checkpoint.Tensors.Keys, $"{encoder.ModelType}.");

    public MappedTensor Map(string name, TensorInfo info)
    {
        string parameter = _wrapper.Length > 0 && name.StartsWith(_wrapper, StringComparison.Ordinal) ? name[_wrapper.Length..] : name;
        if (parameter.StartsWith("module.", StringComparison.Ordinal))
            parameter = parameter["module.".Length..];
        if (EncoderParts.Any(part => parameter.StartsWith(part, StringComparison.Ordinal)))
            parameter = $"{encoder.ModelType}.{parameter}";
        if (parameter.EndsWith(".gamma", StringComparison.Ordinal))
            parameter = $"{parameter[..^".gamma".Length]}.weight";
        else if (parameter.EndsWith(".beta", StringComparison.Ordinal))
            parameter = $"{parameter[..^".beta".Length]}.bias";
        parameter = encoder.ParameterOf(parameter);

        return parameter switch
        {
            "bert.embeddings.position_ids" or "bert.embeddings.token_type_ids" => MappedTensor.Bookkeeping,
            DecoderBias => Tied(name, info),
            _ => new(parameter, info.Shape, Transposed: false),
        };
    }

    /// <summary>
    /// What stands before the names of the one model that a checkpoint holds; nothing where it holds several, or one without.
    /// </summary>
    private static string WrapperOf(IEnumerable<string> names, string encoder)
    {
        const string Marker = "embeddings.word_embeddings.weight";
        string[] prefixes = [.. names.Where(name => name.EndsWith(Marker, StringComparison.Ordinal))
            .Select(name => name[..^Marker.Length])
            .Select(prefix => $".{prefix}".EndsWith($".{encoder}", StringComparison.Ordinal) ? prefix[..^encoder.Length] : prefix)
            .Distinct(StringComparer.Ordinal)];
        return prefixes is [var only] ? only : "";
    }

    /// <summary>The head's bias is saved under two names, or under the decoder's alone.</summary>
    private MappedTensor Tied(string name, TensorInfo info) =>
        checkpoint.Tensors.ContainsKey(name.Replace(DecoderBias, BertParameters.PredictionBias, StringComparison.Ordinal))
            ? MappedTensor.Bookkeeping
            : new(BertParameters.PredictionBias, info.Shape, Transposed: false);
}

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

/// <summary>
/// The object graphs of TensorFlow 2's Model Garden (official/nlp), in both their ages: layers numbered
/// <c>layer_with_weights-4</c> (embeddings 0 to 2, their normalisation 3, the encoder from 4, then the pooler), and layers by
/// attribute, <c>encoder/_transformer_layers/0</c>. Kernels are [in, out]; those of attention have a dimension for the heads.
/// </summary>
/// <remarks>
/// The numbering and attribute names are those that the converters of huggingface/transformers read, and of the heads
/// those of tensorflow/models; a slash within a name is written <c>.S</c>.
/// </remarks>
internal sealed class ModelGardenNaming(ICheckpoint checkpoint, BertConfig config) : ITensorNaming
{
    private const string Suffix = "/.ATTRIBUTES/VARIABLE_VALUE";
    private const string NumberedLayer = "layer_with_weights-";
    private const int FirstEncoderLayer = 4;

    public static bool IsOfScheme(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    public MappedTensor Map(string name, TensorInfo info)
    {
        if (!IsOfScheme(name) || IsBookkeeping(name))
            return MappedTensor.Bookkeeping;
        string[] path = name[..^Suffix.Length].Split('/');
        // The root is "model", "encoder", or nothing.
        ReadOnlySpan<string> parts = path is ["model", ..] ? path.AsSpan(1) : path;
        if (parts is ["encoder", ..])
            parts = parts[1..];
        string? parameter = ByNumber(parts) ?? ByAttribute(parts);
        return parameter is null
            ? new(name, info.Shape, Transposed: false)
            : new(parameter, ShapeOf(name, parameter, parts[^1], info), Transposed: parts[^1] is "kernel" && info.Shape.Length > 1);
    }

    private static bool IsBookkeeping(string name) =>
        name.Contains("/.OPTIMIZER_SLOT/", StringComparison.Ordinal)
        || name.StartsWith("optimizer/", StringComparison.Ordinal)
        || name.StartsWith("save_counter/", StringComparison.Ordinal)
        || name.StartsWith("global_step/", StringComparison.Ordinal)
        || name.StartsWith("keras_api/", StringComparison.Ordinal);

    private string? ByNumber(ReadOnlySpan<string> parts)
    {
        if (Number(parts) is not { } layer)
            return null;
        // A classifier holds the encoder as its first layer and the head as its second.
        if (parts.Length > 1 && Number(parts[1..]) is not null)
            return layer == 0 ? ByNumber(parts[1..]) : null;
        parts = parts[1..];
        return layer switch
        {
            1 when parts is ["out_proj", var classifier] => Linear(BertParameters.Classifier, classifier),
            0 when parts is ["embeddings"] => BertParameters.WordEmbeddings,
            1 when parts is ["embeddings" or "_position_embeddings"] => BertParameters.PositionEmbeddings,
            2 when parts is ["embeddings"] => BertParameters.TokenTypeEmbeddings,
            FirstEncoderLayer - 1 when parts is [var norm] => Norm(BertParameters.EmbeddingsNorm, norm),
            >= FirstEncoderLayer when parts is [var pooler] && layer == config.NumHiddenLayers + FirstEncoderLayer
                => Linear(BertParameters.Pooler, pooler),
            >= FirstEncoderLayer => InLayer(layer - FirstEncoderLayer, parts),
            _ => null,
        };
    }

    private static string? ByAttribute(ReadOnlySpan<string> parts) => parts switch
    {
        ["_embedding_layer", "embeddings"] or ["masked_lm", "embedding_table"] => BertParameters.WordEmbeddings,
        ["_position_embedding_layer", "embeddings" or "_position_embeddings"] => BertParameters.PositionEmbeddings,
        ["_type_embedding_layer", "embeddings"] => BertParameters.TokenTypeEmbeddings,
        ["_embedding_norm_layer", var norm] => Norm(BertParameters.EmbeddingsNorm, norm),
        ["_pooler_layer", var pooler] => Linear(BertParameters.Pooler, pooler),
        ["_transformer_layers", var layer, .. var rest] when TryParse(layer, out int number) => InLayer(number, rest),
        ["masked_lm", "dense", var dense] => Linear(BertParameters.PredictionTransform, dense),
        ["masked_lm", "layer_norm", var norm] => Norm(BertParameters.PredictionNorm, norm),
        ["masked_lm", "bias" or "output_bias.Sbias"] => BertParameters.PredictionBias,
        _ => null,
    };

    private static string? InLayer(int layer, ReadOnlySpan<string> parts)
    {
        string prefix = BertParameters.EncoderLayer(layer);
        return parts switch
        {
            ["_attention_layer", "_query_dense", var query] => Linear($"{prefix}.attention.self.query", query),
            ["_attention_layer", "_key_dense", var key] => Linear($"{prefix}.attention.self.key", key),
            ["_attention_layer", "_value_dense", var value] => Linear($"{prefix}.attention.self.value", value),
            ["_attention_layer", "_output_dense", var output] => Linear($"{prefix}.attention.output.dense", output),
            ["_attention_output_dense", var output] => Linear($"{prefix}.attention.output.dense", output),
            ["_attention_layer_norm", var norm] => Norm($"{prefix}.attention.output.LayerNorm", norm),
            ["_intermediate_dense", var dense] => Linear($"{prefix}.intermediate.dense", dense),
            ["_output_dense", var dense] => Linear($"{prefix}.output.dense", dense),
            ["_output_layer_norm", var norm] => Norm($"{prefix}.output.LayerNorm", norm),
            _ => null,
        };
    }

    private static string? Linear(string name, string part) => part switch
    {
        "kernel" => $"{name}.weight",
        "bias" => $"{name}.bias",
        _ => null,
    };

    private static string? Norm(string name, string part) => part switch
    {
        "gamma" => $"{name}.weight",
        "beta" => $"{name}.bias",
        _ => null,
    };

    /// <summary>
    /// The shape as a parameter: [hidden, heads, size] of query, key and value, and [heads, size, hidden] of the output,
    /// become matrices; the biases [heads, size] vectors.
    /// </summary>
    private long[] ShapeOf(string name, string parameter, string part, TensorInfo info)
    {
        bool projectsToHeads = parameter.Contains(".attention.self.", StringComparison.Ordinal);
        bool projectsFromHeads = parameter.Contains(".attention.output.dense.", StringComparison.Ordinal);
        long[] shape = info.Shape;
        (long[] Flat, long Heads)? split = (shape, part) switch
        {
            ([var inputs, var heads, var size], "kernel") when projectsToHeads => ([inputs, heads * size], heads),
            ([var heads, var size, var outputs], "kernel") when projectsFromHeads => ([heads * size, outputs], heads),
            ([var heads, var size], "bias") when projectsToHeads => ([heads * size], heads),
            _ => null,
        };
        if (split is { } found)
        {
            if (found.Heads != config.NumAttentionHeads)
            {
                throw new BertMLNetException(
                    $"{checkpoint.Path}: tensor '{name}' has {found.Heads} attention heads, the configuration "
                    + $"{config.NumAttentionHeads}.");
            }
            shape = found.Flat;
        }
        return string.Equals(part, "kernel") ? [.. shape.Reverse()] : shape;
    }

    private static int? Number(ReadOnlySpan<string> parts) =>
        parts is [var first, ..] && first.StartsWith(NumberedLayer, StringComparison.Ordinal)
        && TryParse(first[NumberedLayer.Length..], out int number)
            ? number
            : null;

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
