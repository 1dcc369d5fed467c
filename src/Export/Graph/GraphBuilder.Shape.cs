namespace BertMLNet.Export;

/// <content>Operators that move elements or describe shapes.</content>
public sealed partial class GraphBuilder
{
    /// <summary>
    /// Gives x another shape. In the file a symbol that stands at the same place in both shapes is written as 0
    /// (unchanged); one other symbol may be worked out by the runtime (-1).
    /// </summary>
    public GraphValue Reshape(GraphValue x, params Dimension[] shape)
    {
        long[] target = new long[shape.Length];
        int inferred = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i].Symbol is null)
                target[i] = shape[i].Size;
            else if (i < x.Rank && x.Shape[i] == shape[i])
                target[i] = 0;
            else
                (target[i], inferred) = (-1, inferred + 1);
        }
        if (inferred > 1)
            throw new ArgumentException($"Reshape of {x} to [{string.Join(", ", shape)}]: more than one dimension is unknown.", nameof(shape));
        return Node("Reshape", [x, Integers(target)], x.Type, shape);
    }

    /// <summary>Gives x the shape that <paramref name="target"/>, a vector of integers, holds when the graph runs.</summary>
    public GraphValue Reshape(GraphValue x, GraphValue target, params Dimension[] shape) => Node("Reshape", [x, target], x.Type, shape);

    /// <summary>Permutes the dimensions.</summary>
    public GraphValue Transpose(GraphValue x, params int[] permutation) =>
        Node("Transpose", [x], x.Type, [.. permutation.Select(axis => x.Shape[axis])], new() { ["perm"] = Array.ConvertAll(permutation, axis => (long)axis) });

    /// <summary>Reads slices of <paramref name="data"/> along an axis at the given indices.</summary>
    public GraphValue Gather(GraphValue data, GraphValue indices, int axis = 0, InverseGather? inverse = null) =>
        Node(
            "Gather",
            [data, indices],
            data.Type,
            [.. data.Shape.Take(axis), .. indices.Shape, .. data.Shape.Skip(axis + 1)],
            new() { ["axis"] = (long)axis },
            inverse: inverse);

    /// <summary>Joins two values along the first axis, whose new size takes the symbol <paramref name="joined"/>.</summary>
    public GraphValue ConcatRows(GraphValue a, GraphValue b, Dimension joined) =>
        Node("Concat", [a, b], a.Type, [joined, .. a.Shape.Skip(1)], new() { ["axis"] = 0L });

    /// <summary>Inserts dimensions of size one at the given axes of the result.</summary>
    public GraphValue Unsqueeze(GraphValue x, params long[] axes)
    {
        List<Dimension> shape = [.. x.Shape];
        foreach (long axis in axes.Order())
            shape.Insert((int)axis, 1);
        return Node("Unsqueeze", [x, Integers(axes)], x.Type, [.. shape]);
    }

    /// <summary>Elements <paramref name="start"/> to <paramref name="end"/> (exclusive) along one axis, whose new size is <paramref name="size"/>.</summary>
    public GraphValue Slice(GraphValue x, GraphValue start, GraphValue end, int axis, Dimension size) =>
        Node("Slice", [x, start, end, Integers(axis)], x.Type, [.. x.Shape.Select((dimension, i) => i == axis ? size : dimension)]);

    /// <summary>The value's shape as a vector of integers.</summary>
    public GraphValue ShapeOf(GraphValue x) => Node("Shape", [x], ElementType.Int64, [x.Rank]);
}
