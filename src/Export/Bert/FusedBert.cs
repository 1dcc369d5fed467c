using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference in ONNX Runtime's fused operators: one operator each for the embeddings, for attention with its
/// three projections, for residual connection plus normalisation, and for bias plus GELU.
/// </summary>
public class FusedBert(GraphBuilder graph, ParameterSet parameters, PaddedSequences sequences)
    : PaddedBert(graph, parameters, sequences)
{
    private readonly ParameterSet _parameters = parameters;
    private GraphValue? _mask;

    /// <summary>1 for real tokens as 32-bit integers, [batch, sequence].</summary>
    protected GraphValue Mask => _mask ??= ToInt32(Sequences.AttentionMask);

    /// <inheritdoc/>
    protected override GraphValue Embeddings()
    {
        Graph.EnterScope("bert.embeddings");
        Dimension[] shape = [Sequences.InputIds.Shape[0], Sequences.InputIds.Shape[1], Config.HiddenSize];
        return Graph.Node(
            "EmbedLayerNormalization",
            [
                ToInt32(Sequences.InputIds),
                ToInt32(Sequences.TokenTypeIds),
                Parameter(BertParameters.WordEmbeddings),
                Parameter(BertParameters.PositionEmbeddings),
                Parameter(BertParameters.TokenTypeEmbeddings),
                Parameter($"{BertParameters.EmbeddingsNorm}.weight"),
                Parameter($"{BertParameters.EmbeddingsNorm}.bias"),
            ],
            [(ElementType.Float, shape), (ElementType.Int32, [Sequences.InputIds.Shape[0]])],
            new() { ["epsilon"] = Config.LayerNormEps },
            Opset.Microsoft)[0];
    }

    /// <inheritdoc/>
    /// <remarks>Where only first tokens attend, queries and keys differ in length, which the Attention operator does not take.</remarks>
    protected override GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        if (queries != hidden)
            return base.SelfAttention(prefix, queries, hidden);
        int size = Config.HiddenSize;
        GraphValue weight = Constant($"{prefix}.qkv.weight", () => Graph.Constant($"{prefix}.qkv.weight", JoinedWeights(prefix), size, 3 * size));
        GraphValue bias = Constant($"{prefix}.qkv.bias", () => Graph.Constant($"{prefix}.qkv.bias", JoinedBiases(prefix), 3 * size));
        return Graph.Node(
            "Attention",
            [hidden, weight, bias, Mask],
            ElementType.Float,
            [.. hidden.Shape],
            new() { ["num_heads"] = (long)Config.NumAttentionHeads },
            Opset.Microsoft);
    }

    /// <inheritdoc/>
    protected override GraphValue AddNorm(GraphValue x, GraphValue residual, string prefix) =>
        Graph.Node(
            "SkipLayerNormalization",
            [
                Product(x, $"{prefix}.dense"),
                residual,
                Parameter($"{prefix}.LayerNorm.weight"),
                Parameter($"{prefix}.LayerNorm.bias"),
                Parameter($"{prefix}.dense.bias"),
            ],
            ElementType.Float,
            [.. residual.Shape],
            new() { ["epsilon"] = Config.LayerNormEps },
            Opset.Microsoft);

    /// <inheritdoc/>
    protected override GraphValue FeedForward(GraphValue x, string name)
    {
        if (Config.HiddenAct is not (Activation.Gelu or Activation.GeluTanh))
            return base.FeedForward(x, name);
        GraphValue wide = Product(x, name);                                             // [.., intermediate]
        string fused = Config.HiddenAct == Activation.Gelu ? "BiasGelu" : "FastGelu";
        return Graph.Node(fused, [wide, Parameter($"{name}.bias")], ElementType.Float, [.. wide.Shape], domain: Opset.Microsoft);
    }

    /// <summary>x · <c>name.weight</c>ᵀ, without the bias, which a fused operator adds.</summary>
    protected virtual GraphValue Product(GraphValue x, string name) => Graph.MatMul(x, TransposedWeight(name));

    private GraphValue ToInt32(GraphValue x) => x.Type == ElementType.Int32 ? x : Graph.Cast(x, ElementType.Int32);

    /// <summary>The three projections side by side, [H, 3H].</summary>
    private float[] JoinedWeights(string prefix)
    {
        int size = Config.HiddenSize;
        float[] joined = new float[3 * size * size];
        string[] projections = [$"{prefix}.query.weight", $"{prefix}.key.weight", $"{prefix}.value.weight"];
        for (int i = 0; i < projections.Length; i++)
        {
            float[] weight = _parameters[projections[i]];                               // [out, in]
            for (int output = 0; output < size; output++)
            {
                for (int input = 0; input < size; input++)
                    joined[input * 3 * size + i * size + output] = weight[output * size + input];
            }
        }
        return joined;
    }

    private float[] JoinedBiases(string prefix) =>
        [.. _parameters[$"{prefix}.query.bias"], .. _parameters[$"{prefix}.key.bias"], .. _parameters[$"{prefix}.value.bias"]];
}
