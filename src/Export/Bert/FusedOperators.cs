using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>The operators of ONNX Runtime's that graphs in single precision and in 8-bit integers share.</summary>
internal sealed class FusedOperators(GraphBuilder graph, BertConfig config, PaddedSequences sequences)
{
    private GraphValue? _mask;

    /// <summary>1 for real tokens as 32-bit integers, [batch, sequence].</summary>
    public GraphValue Mask => _mask ??= ToInt32(sequences.AttentionMask);

    /// <summary>Attention of every head in one operator, shaped as <paramref name="queries"/>.</summary>
    public GraphValue Attend(string operatorType, ReadOnlySpan<GraphValue?> inputs, GraphValue queries) => graph.Node(
        operatorType,
        inputs,
        ElementType.Float,
        [.. queries.Shape],
        new() { ["num_heads"] = (long)config.NumAttentionHeads },
        Opset.Microsoft);

    /// <summary>A product of a linear layer, its bias and the residual, summed and normalised.</summary>
    public GraphValue AddNorm(GraphValue product, GraphValue residual, GraphValue scale, GraphValue shift, GraphValue bias) => graph.Node(
        "SkipLayerNormalization",
        [product, residual, scale, shift, bias],
        ElementType.Float,
        [.. product.Shape],
        new() { ["epsilon"] = config.LayerNormEps },
        Opset.Microsoft);

    /// <summary>Ids and masks as fused operators take them.</summary>
    public GraphValue ToInt32(GraphValue x) => x.Type == ElementType.Int32 ? x : graph.Cast(x, ElementType.Int32);
}
