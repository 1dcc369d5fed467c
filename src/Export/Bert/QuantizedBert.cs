using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference with 8-bit weights: every linear layer multiplies activations, quantized as they come, with
/// integer weights that have one scale an output; embedding rows have one scale each.
/// </summary>
internal sealed class QuantizedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences)
    : PaddedBert(graph, parameters, sequences)
{
    private readonly FusedOperators _fused = new(graph, parameters.Config, sequences);

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
    protected override GraphValue Gelu(GraphValue x) => Graph.FusedGelu(x);

    /// <inheritdoc/>
    protected override GraphValue GeluTanh(GraphValue x) => Graph.FusedGeluTanh(x);

    /// <inheritdoc/>
    protected override GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        GraphValue q = Linear(queries, $"{prefix}.query"), k = Linear(hidden, $"{prefix}.key"), v = Linear(hidden, $"{prefix}.value");
        return _fused.Attend("MultiHeadAttention", [q, k, v, null, _fused.Mask], queries);
    }

    /// <inheritdoc/>
    protected override GraphValue AddNorm(GraphValue x, GraphValue residual, string prefix)
    {
        GraphValue product = QuantizedProduct(x, $"{prefix}.dense", bias: null);
        return _fused.AddNorm(
            product,
            residual,
            Parameter($"{prefix}.LayerNorm.weight"),
            Parameter($"{prefix}.LayerNorm.bias"),
            Parameter($"{prefix}.dense.bias"));
    }

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
            Parameters.Read(spec, matrix);
            (sbyte[] integers, float[] scales) = RowQuantizer.Quantize(matrix, rows, columns, transpose);
            Constant(scalesName, () => Graph.Constant(scalesName, scales, rows));
            Dimension[] shape = transpose ? [columns, rows] : [rows, columns];
            return Graph.Constant(valuesName, ElementType.Int8, new MemoryCast<sbyte>(integers).Memory, shape);
        });
        return (values, Constant(scalesName, () => throw new InvalidOperationException($"'{name}' has no scales.")));
    }
}

/// <summary>Symmetric 8-bit quantization with one scale a row.</summary>
internal static class RowQuantizer
{
    /// <summary>The largest magnitude stored: the range is symmetric, so that zero needs no offset.</summary>
    private const float Largest = 127f;

    /// <summary>Quantizes a [rows, columns] matrix: value ≈ integer · scale of its row.</summary>
    /// <returns>The integers, [rows, columns] or, transposed, [columns, rows]; the scales, [rows].</returns>
    public static (sbyte[] Integers, float[] Scales) Quantize(float[] matrix, int rows, int columns, bool transpose)
    {
        var integers = new sbyte[matrix.Length];
        float[] scales = new float[rows];
        Parallel.For(0, rows, row =>
        {
            ReadOnlySpan<float> values = matrix.AsSpan(row * columns, columns);
            float magnitude = MathF.Abs(TensorPrimitives.MaxMagnitude(values));
            float scale = scales[row] = magnitude == 0 ? 1f : magnitude / Largest;
            for (int column = 0; column < columns; column++)
                integers[transpose ? column * rows + row : row * columns + column] = (sbyte)MathF.Round(values[column] / scale);
        });
        return (integers, scales);
    }
}
