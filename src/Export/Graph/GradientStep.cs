namespace BertMLNet.Export;

/// <summary>What a gradient rule works with: one node, the gradient of its output, and where its inputs' gradients go.</summary>
public sealed class GradientStep
{
    private readonly GraphBuilder _graph;
    private readonly HashSet<GraphValue> _dependent;
    private readonly List<(GraphValue Value, GraphValue Gradient)> _gradients = [];
    private readonly List<(GraphValue Value, RowGradient Rows)> _rowGradients = [];

    internal GradientStep(GraphBuilder graph, GraphNode node, GraphValue gradient, HashSet<GraphValue> dependent)
    {
        _graph = graph;
        _dependent = dependent;
        Node = node;
        Gradient = gradient;
    }

    /// <summary>The node.</summary>
    public GraphNode Node { get; }

    /// <summary>The gradient of the node's first output, in that output's shape.</summary>
    public GraphValue Gradient { get; }

    /// <summary>The node's first output.</summary>
    public GraphValue Output => Node.Outputs[0];

    internal IReadOnlyList<(GraphValue Value, GraphValue Gradient)> Gradients => _gradients;

    internal IReadOnlyList<(GraphValue Value, RowGradient Rows)> RowGradients => _rowGradients;

    /// <summary>
    /// Hands over the gradient of an input, unless the loss's parameters do not reach it; where the input was broadcast,
    /// the gradient is summed back to its shape.
    /// </summary>
    public void Give(GraphValue input, Func<GraphValue> gradient)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(gradient);
        if (_dependent.Contains(input))
            _gradients.Add((input, SumTo(gradient(), input.Shape)));
    }

    /// <summary>Hands over the gradient of the rows that were read from a table.</summary>
    public void GiveRows(GraphValue input, RowGradient rows)
    {
        if (_dependent.Contains(input))
            _rowGradients.Add((input, rows));
    }

    private GraphValue SumTo(GraphValue gradient, IReadOnlyList<Dimension> shape)
    {
        int extra = gradient.Rank - shape.Count;
        if (extra == 1 && gradient.Rank == 2)
            gradient = _graph.SumRows(gradient);
        else if (extra > 0)
            gradient = _graph.ReduceSum(gradient, [.. Enumerable.Range(0, extra).Select(axis => (long)axis)], keepDimensions: false);
        long[] broadcast = [.. Enumerable.Range(0, shape.Count).Where(i => shape[i].IsOne && !gradient.Shape[i].IsOne).Select(axis => (long)axis)];
        return broadcast.Length == 0 ? gradient : _graph.ReduceSum(gradient, broadcast, keepDimensions: true);
    }
}
