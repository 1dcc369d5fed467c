namespace BertMLNet.Export;

/// <content>Operators that sum over axes, with their gradients.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>Sums a matrix's rows as a product with ones, for which ONNX Runtime has its fastest kernels.</summary>
    public GraphValue SumRows(GraphValue x)
    {
        Dimension rows = x.Shape[0];
        GraphValue ones = Shared($"ones_{rows}", () =>
        {
            GraphValue length = Slice(ShapeOf(x), Integers(0), Integers(1), axis: 0, 1);
            return Node("Expand", [Scalar(1f), length], x.Type, [rows]);
        });
        return Node("MatMul", [ones, x], x.Type, [x.Shape[1]]);
    }

    /// <summary>Sums over the given axes; all of them where none is given.</summary>
    public GraphValue ReduceSum(GraphValue x, long[] axes, bool keepDimensions)
    {
        Dimension[] shape = Reduced(x, axes, keepDimensions);
        return Node(
            "ReduceSum",
            axes.Length == 0 ? [x] : [x, Integers(axes)],
            x.Type,
            shape,
            new() { ["keepdims"] = keepDimensions ? 1L : 0L },
            gradient: step => step.Give(x, () => keepDimensions || shape.Length == 0
                ? Node("Expand", [step.Gradient, ShapeOf(x)], x.Type, [.. x.Shape])
                : throw new NotSupportedException("ReduceSum that drops some of its dimensions has no gradient rule.")));
    }

    /// <summary>The mean over the last axis, which is kept with size one.</summary>
    public GraphValue ReduceMeanLast(GraphValue x) =>
        Node("ReduceMean", [x], x.Type, Reduced(x, [x.Rank - 1], true), new() { ["axes"] = (long[])[-1], ["keepdims"] = 1L });

    /// <summary>The largest value over an axis, which is kept with size one.</summary>
    public GraphValue ReduceMax(GraphValue x, int axis) =>
        Node("ReduceMax", [x], x.Type, Reduced(x, [axis], true), new() { ["axes"] = (long[])[axis], ["keepdims"] = 1L });

    /// <summary>The length of the vectors along the last axis, which is kept with size one.</summary>
    public GraphValue Norm(GraphValue x) =>
        Node("ReduceL2", [x], x.Type, Reduced(x, [x.Rank - 1], true), new() { ["axes"] = (long[])[-1], ["keepdims"] = 1L });

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
