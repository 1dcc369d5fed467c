namespace BertMLNet.Export;

/// <content>Operators that sum over an axis.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Softmax over the last axis.</summary>
    public GraphValue Softmax(GraphValue x) => Node("Softmax", [x], x.Type, [.. x.Shape], new() { ["axis"] = -1L });

    /// <summary>The logarithm of softmax over the last axis.</summary>
    public GraphValue LogSoftmax(GraphValue x) => Node("LogSoftmax", [x], x.Type, [.. x.Shape], new() { ["axis"] = -1L });

    /// <summary>
    /// Normalises the last axis to mean 0 and variance 1, then scales and shifts it. The node's second and third
    /// outputs are the mean and the inverse standard deviation, both [..., 1].
    /// </summary>
    public GraphValue LayerNormalization(GraphValue x, GraphValue scale, GraphValue bias, float epsilon)
    {
        Dimension[] statistics = [.. x.Shape.Take(x.Rank - 1), 1];
        return Node(
            "LayerNormalization",
            [x, scale, bias],
            [(x.Type, [.. x.Shape]), (ElementType.Float, statistics), (ElementType.Float, statistics)],
            new() { ["axis"] = -1L, ["epsilon"] = epsilon })[0];
    }

    /// <summary>
    /// What <see cref="LayerNormalization"/> computes, written out in simple operators, which ONNX Runtime's CPU kernels
    /// run twice as fast. The order of operations is that of a gradient, so that it shares their results.
    /// </summary>
    /// <returns>The normalised value, the mean and the inverse standard deviation.</returns>
    public (GraphValue Output, GraphValue Mean, GraphValue InverseDeviation) WrittenOutLayerNormalization(
        GraphValue x, GraphValue scale, GraphValue bias, float epsilon)
    {
        GraphValue mean = ReduceMeanLast(x);
        GraphValue centered = Sub(x, mean);
        GraphValue variance = ReduceMeanLast(Mul(centered, centered));
        GraphValue inverseDeviation = Div(Scalar(1f), Unary("Sqrt", Add(variance, Scalar(epsilon))));
        return (Add(Mul(Mul(centered, inverseDeviation), scale), bias), mean, inverseDeviation);
    }

    /// <summary>Sums a matrix's rows as a product with ones, for which ONNX Runtime has its fastest kernels.</summary>
    public GraphValue SumRows(GraphValue x)
    {
        Dimension rows = x.Shape[0];
        if (!_shared.TryGetValue($"ones_{rows}", out GraphValue? ones))
        {
            GraphValue length = Slice(ShapeOf(x), Integers(0), Integers(1), axis: 0, 1);
            ones = _shared[$"ones_{rows}"] = Node("Expand", [Scalar(1f), length], x.Type, [rows]);
        }
        return Node("MatMul", [ones, x], x.Type, [x.Shape[1]]);
    }

    /// <summary>Sums over the given axes; all of them where none is given.</summary>
    public GraphValue ReduceSum(GraphValue x, long[] axes, bool keepDimensions)
    {
        Dimension[] shape = Reduced(x, axes, keepDimensions);
        return Node("ReduceSum", axes.Length == 0 ? [x] : [x, Integers(axes)], x.Type, shape, new() { ["keepdims"] = keepDimensions ? 1L : 0L });
    }

    /// <summary>The mean over the last axis, which is kept with size one.</summary>
    public GraphValue ReduceMeanLast(GraphValue x) =>
        Node("ReduceMean", [x], x.Type, Reduced(x, [x.Rank - 1], true), new() { ["axes"] = (long[])[-1], ["keepdims"] = 1L });

    private static Dimension[] Reduced(GraphValue x, long[] axes, bool keepDimensions)
    {
        var shape = new List<Dimension>();
        for (int i = 0; i < x.Rank; i++)
        {
            if (axes.Length > 0 && !axes.Contains(i))
                shape.Add(x.Shape[i]);
            else if (keepDimensions)
                shape.Add(1);
        }
        return [.. shape];
    }
}
