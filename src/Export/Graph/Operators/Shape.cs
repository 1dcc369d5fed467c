namespace BertMLNet.Export;

/// <content>Operators that move elements, each with its gradient, or describe shapes.</content>
internal sealed partial class GraphBuilder
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
        {
            throw new ArgumentException(
                $"Reshape of {x} to [{string.Join(", ", shape)}]: more than one dimension is unknown.", nameof(shape));
        }
        return Reshape(x, Integers(target), shape);
    }

    /// <summary>Gives x the shape that <paramref name="target"/>, a vector of integers, holds when the graph runs.</summary>
    public GraphValue Reshape(GraphValue x, GraphValue target, params Dimension[] shape) =>
        Node("Reshape", [x, target], x.Type, shape, gradient: step => step.Give(x, () => ReshapeLike(step.Gradient, x)));

    public GraphValue Transpose(GraphValue x, params int[] permutation) =>
        Node(
            "Transpose",
            [x],
            x.Type,
            [.. permutation.Select(axis => x.Shape[axis])],
            new() { ["perm"] = Array.ConvertAll(permutation, axis => (long)axis) });

    /// <summary>
    /// Reads slices of <paramref name="data"/> along an axis at the given indices. A table whose rows may be read more than once
    /// gets its gradient row by row.
    /// </summary>
    public GraphValue Gather(GraphValue data, GraphValue indices, int axis = 0) => Gather(data, indices, axis, step =>
    {
        if (axis != 0)
            throw new NotSupportedException($"Gather along axis {axis} has no gradient rule.");
        step.GiveRows(data, new(indices, FlattenLeading(step.Gradient, indices.Rank)));
    });

    /// <summary>
    /// A Gather that reads no row twice (but for rows whose gradient is zero) and knows the way back: its gradient is another
    /// Gather, which takes the place of a scatter.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="indices">Where each row of the result comes from.</param>
    /// <param name="back">For every row of the data, the row of the result (its leading dimensions flattened) that it went to.</param>
    /// <param name="hasAbsentRows">
    /// Whether <paramref name="back"/> holds one past the last row of the result for rows that went nowhere; their gradient is
    /// zero.
    /// </param>
    public GraphValue MoveRows(GraphValue data, GraphValue indices, GraphValue back, bool hasAbsentRows) =>
        Gather(data, indices, axis: 0, step =>
        {
            GraphValue rows = FlattenLeading(step.Gradient, indices.Rank);
            step.Give(data, () =>
            {
                if (hasAbsentRows)
                    rows = ConcatRows(rows, Zeros(1, data.Shape[1].Size), $"{rows.Shape[0]}+1");
                return ReshapeLike(Gather(rows, back), data);
            });
        });

    private GraphValue Gather(GraphValue data, GraphValue indices, int axis, Action<GradientStep> gradient) =>
        Node(
            "Gather",
            [data, indices],
            data.Type,
            [.. data.Shape.Take(axis), .. indices.Shape, .. data.Shape.Skip(axis + 1)],
            new() { ["axis"] = (long)axis },
            gradient: gradient);

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

    /// <summary>
    /// Elements <paramref name="start"/> to <paramref name="end"/> (exclusive) along one axis, whose new size is
    /// <paramref name="size"/>.
    /// </summary>
    public GraphValue Slice(GraphValue x, GraphValue start, GraphValue end, int axis, Dimension size) =>
        Node("Slice", [x, start, end, Integers(axis)], x.Type, [.. x.Shape.Select((dimension, i) => i == axis ? size : dimension)]);

    /// <summary>The value's shape as a vector of integers.</summary>
    public GraphValue ShapeOf(GraphValue x) => Node("Shape", [x], ElementType.Int64, [x.Rank]);

    /// <summary>x in the shape of <paramref name="like"/>; the node that reshaped it before is skipped where that undoes it.</summary>
    private GraphValue ReshapeLike(GraphValue x, GraphValue like)
    {
        if (x.Shape.SequenceEqual(like.Shape))
            return x;
        if (x.Producer is { OperatorType: "Reshape" } producer && producer.Inputs[0]!.Shape.SequenceEqual(like.Shape))
            return producer.Inputs[0]!;
        int unknown = like.Shape.Where((dimension, i) => dimension.Symbol is not null && (i >= x.Rank || x.Shape[i] != dimension)).Count();
        return unknown <= 1
            ? Reshape(x, [.. like.Shape])
            : Reshape(x, ShapeOf(like), [.. like.Shape]);
    }

    /// <summary>x with its leading dimensions, as many as <paramref name="count"/>, made one.</summary>
    private GraphValue FlattenLeading(GraphValue x, int count) =>
        count == 1 ? x : Reshape(x, [string.Join('*', x.Shape.Take(count)), .. x.Shape.Skip(count)]);
}
