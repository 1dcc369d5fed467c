using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>What a gradient rule works with: one node, the gradient of its output, and where its inputs' gradients go.</summary>
internal sealed class GradientStep(GraphBuilder graph, GraphNode node, GraphValue gradient, HashSet<GraphValue> dependent)
{
    private readonly List<(GraphValue Value, GraphValue Gradient)> _gradients = [];
    private readonly List<(GraphValue Value, RowGradient Rows)> _rowGradients = [];

    public GraphBuilder Graph { get; } = graph;

    public GraphNode Node { get; } = node;

    /// <summary>The gradient of the node's first output, in that output's shape.</summary>
    public GraphValue Gradient { get; } = gradient;

    public GraphValue Output => Node.Outputs[0];

    public IReadOnlyList<(GraphValue Value, GraphValue Gradient)> Gradients => _gradients;

    public IReadOnlyList<(GraphValue Value, RowGradient Rows)> RowGradients => _rowGradients;

    public GraphValue Input(int index) => Node.Inputs[index] ?? throw new InvalidOperationException($"{Node.OperatorType} has no input {index}.");

    /// <summary>
    /// Hands over the gradient of an input, unless the loss's parameters do not reach it; where the input was broadcast,
    /// the gradient is summed back to its shape.
    /// </summary>
    public void Give(int index, Func<GraphValue> gradient)
    {
        GraphValue input = Input(index);
        if (dependent.Contains(input))
            _gradients.Add((input, SumTo(gradient(), input.Shape)));
    }

    /// <summary>Hands over the gradient of the rows that were read from a table.</summary>
    public void GiveRows(int index, RowGradient rows)
    {
        if (dependent.Contains(Input(index)))
            _rowGradients.Add((Input(index), rows));
    }

    /// <summary>x in the shape of <paramref name="like"/>; the node that reshaped it before is skipped where that undoes it.</summary>
    public GraphValue ReshapeLike(GraphValue x, GraphValue like)
    {
        if (x.Shape.SequenceEqual(like.Shape))
            return x;
        if (x.Producer is { OperatorType: "Reshape" } producer && producer.Inputs[0]!.Shape.SequenceEqual(like.Shape))
            return producer.Inputs[0]!;
        int unknown = like.Shape.Where((dimension, i) => dimension.Symbol is not null && (i >= x.Rank || x.Shape[i] != dimension)).Count();
        return unknown <= 1
            ? Graph.Reshape(x, [.. like.Shape])
            : Graph.Node("Reshape", [x, Graph.ShapeOf(like)], x.Type, [.. like.Shape]);
    }

    /// <summary>x with its leading dimensions, as many as <paramref name="count"/>, made one.</summary>
    public GraphValue FlattenLeading(GraphValue x, int count) =>
        count == 1 ? x : Graph.Reshape(x, [string.Join('*', x.Shape.Take(count)), .. x.Shape.Skip(count)]);

    private GraphValue SumTo(GraphValue gradient, IReadOnlyList<Dimension> shape)
    {
        int extra = gradient.Rank - shape.Count;
        if (extra == 1 && gradient.Rank == 2)
            gradient = Graph.SumRows(gradient);
        else if (extra > 0)
            gradient = Graph.ReduceSum(gradient, [.. Enumerable.Range(0, extra).Select(axis => (long)axis)], keepDimensions: false);
        long[] broadcast = [.. Enumerable.Range(0, shape.Count).Where(i => shape[i].IsOne && !gradient.Shape[i].IsOne).Select(axis => (long)axis)];
        return broadcast.Length == 0 ? gradient : Graph.ReduceSum(gradient, broadcast, keepDimensions: true);
    }
}
