using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference with 8-bit weights: every linear layer multiplies activations, quantized as they come, with
/// integer weights that have one scale an output; embedding rows have one scale each.
/// </summary>
public sealed class QuantizedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences)
    : FusedBert(graph, parameters, sequences)
{
    private readonly IParameterSource _parameters = parameters;

    /// <inheritdoc/>
    protected override GraphValue Embeddings()
    {
        Graph.EnterScope("bert.embeddings");
        GraphValue sum = Graph.Add(WordEmbeddings(), TokenTypeEmbeddings());            // [tokens, H]
        return Norm(Graph.Add(sum, PositionEmbeddings()), BertParameters.EmbeddingsNorm);
    }

    /// <inheritdoc/>
    /// <remarks>Only the word embeddings are large enough to be worth 8 bits.</remarks>
    protected override GraphValue WordEmbeddings()
    {
        (GraphValue table, GraphValue scales) = Quantized(BertParameters.WordEmbeddings, transpose: false);
        GraphValue rows = Graph.Cast(Graph.Gather(table, Sequences.InputIds), ElementType.Float); // [tokens, H]
        return Graph.Mul(rows, Graph.Unsqueeze(Graph.Gather(scales, Sequences.InputIds), 2));     // scales: [tokens, 1]
    }

    /// <inheritdoc/>
    protected override GraphValue Linear(GraphValue x, string name) => QuantizedProduct(x, name, Parameter($"{name}.bias"));

    /// <inheritdoc/>
    protected override GraphValue FeedForward(GraphValue x, string name) => Activate(Linear(x, name));

    /// <inheritdoc/>
    protected override GraphValue Product(GraphValue x, string name) => QuantizedProduct(x, name, bias: null);

    /// <inheritdoc/>
    protected override GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden) =>
        Graph.Node(
            "MultiHeadAttention",
            [
                Linear(queries, $"{prefix}.query"),
                Linear(hidden, $"{prefix}.key"),
                Linear(hidden, $"{prefix}.value"),
                null,
                Mask,
            ],
            ElementType.Float,
            [.. queries.Shape],
            new() { ["num_heads"] = (long)Config.NumAttentionHeads },
            Opset.Microsoft);

    private GraphValue QuantizedProduct(GraphValue x, string name, GraphValue? bias)
    {
        (GraphValue weight, GraphValue scales) = Quantized($"{name}.weight", transpose: true);
        return Graph.Node(
            "DynamicQuantizeMatMul",
            bias is null ? [x, weight, scales] : [x, weight, scales, null, bias],
            ElementType.Float,
            [.. x.Shape.Take(x.Rank - 1), weight.Shape[1]],
            domain: Opset.Microsoft);
    }

    /// <summary>A matrix as 8-bit integers and the scale of each of its rows, which become columns where it is transposed.</summary>
    private (GraphValue Values, GraphValue Scales) Quantized(string name, bool transpose)
    {
        string valuesName = $"{name}_quantized", scalesName = $"{name}_scale";
        ParameterSpec spec = SpecOf(name);
        int rows = spec.Shape[0], columns = spec.Shape[1];
        GraphValue values = Constant(valuesName, () =>
        {
            float[] matrix = new float[spec.Count];
            _parameters.Read(spec, matrix);
            (sbyte[] integers, float[] scales) = RowQuantizer.Quantize(matrix, rows, columns, transpose);
            Constant(scalesName, () => Graph.Constant(scalesName, scales, rows));
            Dimension[] shape = transpose ? [columns, rows] : [rows, columns];
            return Graph.Constant(valuesName, ElementType.Int8, new MemoryCast<sbyte>(integers).Memory, shape);
        });
        return (values, Constant(scalesName, () => throw new InvalidOperationException($"'{name}' has no scales.")));
    }
}
