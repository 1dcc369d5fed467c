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

    /// <summary>Sums over the given axes; all of them where none is given.</summary>
    public GraphValue ReduceSum(GraphValue x, long[] axes, bool keepDimensions)
    {
        Dimension[] shape = Reduced(x, axes, keepDimensions);
        return Node("ReduceSum", axes.Length == 0 ? [x] : [x, Integers(axes)], x.Type, shape, new() { ["keepdims"] = keepDimensions ? 1L : 0L });
    }

    /// <summary>The mean over the last axis, which is kept with size one.</summary>
    public GraphValue ReduceMeanLast(GraphValue x) =>
        Node("ReduceMean", [x], x.Type, Reduced(x, [x.Rank - 1], true), new() { ["axes"] = (long[])[-1], ["keepdims"] = 1L });

    /// <summary>Vectors of length <paramref name="depth"/> with <paramref name="on"/> at each index and 0 elsewhere.</summary>
    public GraphValue OneHot(GraphValue indices, long depth, float on) =>
        Node(
            "OneHot",
            [indices, Integer(depth), Constant("one_hot_values", [0f, on], 2)],
            ElementType.Float,
            [.. indices.Shape, depth],
            new() { ["axis"] = -1L });

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
