using System.Buffers;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference in ONNX Runtime's fused operators: one operator each for the embeddings, for attention with its
/// three projections, for residual connection plus normalisation, and for bias plus GELU.
/// </summary>
public class FusedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences)
    : PaddedBert(graph, parameters, sequences)
{
    private static readonly string[] Projections = ["query", "key", "value"];

    private readonly IParameterSource _parameters = parameters;
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
        GraphValue weight = Constant($"{prefix}.qkv.weight", () => Store($"{prefix}.qkv.weight", values => JoinWeights(prefix, values), size, 3 * size));
        GraphValue bias = Constant($"{prefix}.qkv.bias", () => Store($"{prefix}.qkv.bias", values => JoinBiases(prefix, values), 3 * size));
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
    private void JoinWeights(string prefix, Span<float> joined)
    {
        int size = Config.HiddenSize;
        float[] buffer = ArrayPool<float>.Shared.Rent(size * size);
        try
        {
            foreach ((int i, string projection) in Projections.Index())
            {
                Span<float> weight = buffer.AsSpan(0, size * size);                     // [in, out]
                ReadTransposed($"{prefix}.{projection}.weight", weight);
                for (int input = 0; input < size; input++)
                    weight.Slice(input * size, size).CopyTo(joined.Slice((3 * input + i) * size, size));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private void JoinBiases(string prefix, Span<float> joined)
    {
        foreach ((int i, string projection) in Projections.Index())
            _parameters.Read(SpecOf($"{prefix}.{projection}.bias"), joined.Slice(i * Config.HiddenSize, Config.HiddenSize));
    }
}
