using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference with 8-bit weights: every linear layer multiplies activations, quantized as they come, with
/// integer weights that have one scale an output; embedding rows have one scale each.
/// </summary>
/// <remarks>
/// Each token's vector has a scale of its own, so that no token's value depends on those that share its batch: with one scale
/// for the whole tensor, as <c>DynamicQuantizeMatMul</c> has, an outlier in one row coarsens all others. And integer products
/// are exact on every processor, see <see cref="RowQuantizer"/>.
/// </remarks>
internal sealed class QuantizedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences)
    : PaddedBert(graph, parameters, sequences)
{
    /// <summary>Smaller than any vector's largest magnitude that matters, and not zero, so that a vector of zeros divides.</summary>
    private const float SmallestMagnitude = 1e-30f;

    private readonly Dictionary<GraphValue, (GraphValue Values, GraphValue Scales)> _quantized = [];
    private readonly FusedOperators _fused = new(graph, parameters.Config, sequences);

    // Only the word embeddings are large enough to be worth 8 bits.
    protected override GraphValue WordEmbeddings()
    {
        (GraphValue table, GraphValue scales) = Quantized(BertParameters.WordEmbeddings, product: false);
        GraphValue rows = Graph.Cast(Graph.Gather(table, Sequences.InputIds), ElementType.Float); // [tokens, H]
        return Graph.Mul(rows, Graph.Unsqueeze(Graph.Gather(scales, Sequences.InputIds), 2));     // scales: [tokens, 1]
    }

    protected override GraphValue Linear(GraphValue x, string name) => Graph.Add(Product(x, name), Parameter($"{name}.bias"));

    protected override GraphValue FeedForward(GraphValue x, string name)
    {
        if (Config.HiddenAct != Activation.Gelu)
            return base.FeedForward(x, name);
        GraphValue product = Product(x, name);
        return Graph.Node(
            "BiasGelu", [product, Parameter($"{name}.bias")], ElementType.Float, [.. product.Shape], domain: Opset.Microsoft);
    }

    protected override GraphValue Gelu(GraphValue x) => Graph.FusedGelu(x);

    protected override GraphValue GeluTanh(GraphValue x) => Graph.FusedGeluTanh(x);

    protected override GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        GraphValue q = Linear(queries, $"{prefix}.query"), k = Linear(hidden, $"{prefix}.key"), v = Linear(hidden, $"{prefix}.value");
        return _fused.Attend("MultiHeadAttention", [q, k, v, null, _fused.Mask], queries);
    }

    protected override GraphValue AddNorm(GraphValue x, GraphValue residual, string prefix)
    {
        GraphValue product = Product(x, $"{prefix}.dense");
        return _fused.AddNorm(
            product,
            residual,
            Parameter($"{prefix}.LayerNorm.weight"),
            Parameter($"{prefix}.LayerNorm.bias"),
            Parameter($"{prefix}.dense.bias"));
    }

    /// <summary>x · <c>name.weight</c>ᵀ, without the bias.</summary>
    private GraphValue Product(GraphValue x, string name)
    {
        (GraphValue values, GraphValue scales) = Rows(x);
        (GraphValue weight, GraphValue columnScales) = Quantized($"{name}.weight", product: true);
        GraphValue product = Graph.Node(
            "MatMulIntegerToFloat",
            [values, weight, Graph.Scalar(1f), columnScales, Middle()],
            ElementType.Float,
            [.. x.Shape.Take(x.Rank - 1), weight.Shape[1]],
            domain: Opset.Microsoft);
        return Graph.Mul(product, scales);
    }

    /// <summary>
    /// Activations as unsigned 8-bit integers around <see cref="Middle"/>, shaped as <paramref name="x"/>, and each vector's
    /// scale, [.., 1]. Layers that read the same activations share them.
    /// </summary>
    private (GraphValue Values, GraphValue Scales) Rows(GraphValue x)
    {
        if (_quantized.TryGetValue(x, out (GraphValue Values, GraphValue Scales) rows))
            return rows;
        Dimension[] perRow = [.. x.Shape.Take(x.Rank - 1), 1];
        GraphValue highest = Reduce("ReduceMax"), lowest = Graph.Neg(Reduce("ReduceMin"));
        GraphValue magnitude = Graph.Node("Max", [highest, lowest, Scalar(SmallestMagnitude)], ElementType.Float, perRow);
        GraphValue steps = Graph.Mul(x, Graph.Div(Scalar(RowQuantizer.Largest), magnitude));
        GraphValue values = Graph.Node("QuantizeLinear", [steps, Scalar(1f), Middle()], ElementType.UInt8, [.. x.Shape]);
        return _quantized[x] = (values, Graph.Mul(magnitude, Scalar(1f / RowQuantizer.Largest)));

        GraphValue Reduce(string operatorType) => Graph.Node(
            operatorType, [x], ElementType.Float, perRow, new() { ["axes"] = new[] { x.Rank - 1L }, ["keepdims"] = 1L });
    }

    /// <summary>What stands for zero among unsigned integers.</summary>
    private GraphValue Middle() => Graph.Shared("middle", () => Graph.Constant("middle", ElementType.UInt8, new byte[] { 128 }));

    /// <summary>
    /// A matrix as 8-bit integers and the scale of each of its rows. For a product it is transposed, rows become columns, and its
    /// integers are such that no product saturates.
    /// </summary>
    private (GraphValue Values, GraphValue Scales) Quantized(string name, bool product)
    {
        string valuesName = $"{name}_quantized", scalesName = $"{name}_scale";
        ParameterSpec spec = SpecOf(name);
        int rows = spec.Shape[0], columns = spec.Shape[1];
        GraphValue values = Graph.Shared(valuesName, () =>
        {
            float[] matrix = new float[spec.Count];
            Parameters.Read(spec, matrix);
            (sbyte[] integers, float[] scales) = RowQuantizer.Quantize(matrix, rows, columns, product);
            Graph.Shared(scalesName, () => Graph.Constant(scalesName, ElementType.Float, scales, rows));
            Dimension[] shape = product ? [columns, rows] : [rows, columns];
            return Graph.Constant(valuesName, ElementType.Int8, integers, shape);
        });
        return (values, Graph.Shared(scalesName, () => throw new InvalidOperationException($"'{name}' has no scales.")));
    }
}

/// <summary>Symmetric 8-bit quantization with one scale a row.</summary>
/// <remarks>
/// Processors with AVX2 but without VNNI multiply unsigned with signed bytes two at a time and add the pair up in 16 bits, which
/// saturate: 2 · 255 · 127 does not fit. What saturates there is right elsewhere, so that results would depend on the processor.
/// Weights of a product hence have scales with which 255 times the sum of two neighbours fits.
/// </remarks>
internal static class RowQuantizer
{
    /// <summary>The largest magnitude stored: the range is symmetric, so that zero needs no offset.</summary>
    public const float Largest = 127f;

    /// <summary>The largest sum of two neighbours of a product, 32,767 / 255, less what rounding both can add.</summary>
    private const float LargestPair = 127f;

    /// <summary>Quantizes a [rows, columns] matrix: value ≈ integer · scale of its row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="product">Whether integers are multiplied: then they are transposed, and no pair of neighbours saturates.</param>
    /// <returns>The integers, [rows, columns] or, for a product, [columns, rows]; the scales, [rows].</returns>
    public static (sbyte[] Integers, float[] Scales) Quantize(float[] matrix, int rows, int columns, bool product)
    {
        var integers = new sbyte[matrix.Length];
        float[] scales = new float[rows];
        Parallel.For(0, rows, row =>
        {
            ReadOnlySpan<float> values = matrix.AsSpan(row * columns, columns);
            float magnitude = MathF.Abs(TensorPrimitives.MaxMagnitude(values)) / Largest;
            if (product)
                magnitude = MathF.Max(magnitude, LargestPairOf(values) / LargestPair);
            float scale = scales[row] = magnitude == 0 ? 1f : magnitude;
            for (int column = 0; column < columns; column++)
                integers[product ? column * rows + row : row * columns + column] = (sbyte)MathF.Round(values[column] / scale);
        });
        return (integers, scales);
    }

    /// <summary>The largest magnitude of two neighbours' sum, those at 2i and 2i + 1; of opposite signs they cannot saturate.</summary>
    private static float LargestPairOf(ReadOnlySpan<float> values)
    {
        float largest = 0f;
        for (int i = 0; i + 1 < values.Length; i += 2)
        {
            if (values[i] > 0 == values[i + 1] > 0)
                largest = MathF.Max(largest, MathF.Abs(values[i] + values[i + 1]));
        }
        return largest;
    }
}
