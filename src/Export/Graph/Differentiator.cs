namespace BertMLNet.Export;

/// <summary>
/// Reverse-mode differentiation over an ONNX graph: walks the nodes backwards from the loss and lets each operator's
/// rule write the nodes that carry the gradient on. The result is an ordinary graph, which any runtime of the operators
/// used can run.
/// </summary>
internal sealed class Differentiator
{
    private readonly GraphBuilder _graph;
    private readonly HashSet<GraphValue> _dependent;
    private readonly Dictionary<GraphValue, GraphValue> _gradients = [];
    private readonly Dictionary<GraphValue, List<RowGradient>> _rows = [];

    private Differentiator(GraphBuilder graph, IEnumerable<GraphValue> parameters)
    {
        _graph = graph;
        _dependent = [.. parameters];
    }

    /// <summary>Adds the nodes that compute the loss's gradient for every parameter.</summary>
    /// <param name="graph">The graph that computes <paramref name="loss"/>; gradient nodes are appended to it.</param>
    /// <param name="loss">A scalar.</param>
    /// <param name="parameters">The values to differentiate with respect to.</param>
    /// <returns>A gradient for each parameter that the loss depends on.</returns>
    /// <exception cref="NotSupportedException">An operator on the way has no gradient rule.</exception>
    public static IReadOnlyDictionary<GraphValue, ParameterGradient> Differentiate(
        GraphBuilder graph, GraphValue loss, IReadOnlyCollection<GraphValue> parameters)
    {
        if (loss.Rank != 0)
            throw new ArgumentException($"{loss} is not a scalar.", nameof(loss));
        var differentiator = new Differentiator(graph, parameters);
        graph.EnterScope("gradient");
        differentiator.Run(loss);
        return parameters
            .Where(parameter => differentiator._gradients.ContainsKey(parameter) || differentiator._rows.ContainsKey(parameter))
            .ToDictionary(parameter => parameter, differentiator.Collect);
    }

    private void Run(GraphValue loss)
    {
        GraphNode[] forward = [.. _graph.Nodes];
        foreach (GraphNode node in forward)
        {
            if (node.Inputs.Any(input => input is not null && _dependent.Contains(input)))
                _dependent.UnionWith(node.Outputs);
        }

        _gradients[loss] = _graph.Scalar(1f);
        for (int i = forward.Length - 1; i >= 0; i--)
        {
            GraphNode node = forward[i];
            if (!_gradients.TryGetValue(node.Outputs[0], out GraphValue? outputGradient) || !_dependent.Contains(node.Outputs[0]))
                continue;
            var step = new GradientStep(_graph, node, outputGradient, _dependent);
            if (node.Gradient is not { } rule)
                throw new NotSupportedException($"The operator {node.OperatorType} of node '{node.Name}' has no gradient rule.");
            rule(step);
            foreach ((GraphValue value, GraphValue gradient) in step.Gradients)
                _gradients[value] = _gradients.TryGetValue(value, out GraphValue? sum) ? _graph.Add(sum, gradient) : gradient;
            foreach ((GraphValue value, RowGradient rows) in step.RowGradients)
            {
                if (!_rows.TryGetValue(value, out List<RowGradient>? list))
                    _rows[value] = list = [];
                list.Add(rows);
            }
        }
    }

    private ParameterGradient Collect(GraphValue parameter) =>
        new(_gradients.GetValueOrDefault(parameter), _rows.GetValueOrDefault(parameter) ?? []);
}

/// <summary>A parameter's gradient: the sum of a tensor of the parameter's shape and of gradients of single rows.</summary>
/// <param name="Dense">A value of the parameter's shape; null where only rows were read.</param>
/// <param name="Rows">Gradients of rows that were looked up in the parameter, such as an embedding table's.</param>
internal sealed record ParameterGradient(GraphValue? Dense, IReadOnlyList<RowGradient> Rows);

/// <summary>
/// The gradient of a table through one look-up of its rows. Whoever runs the graph adds each row to the table's row of
/// the same index; a scatter inside the graph would touch the whole table, and race on repeated indices.
/// </summary>
/// <param name="Indices">The rows that were read, [n].</param>
/// <param name="Gradient">What to add to them, [n, width].</param>
internal sealed record RowGradient(GraphValue Indices, GraphValue Gradient);

/// <summary>What a gradient rule works with: one node, the gradient of its output, and where its inputs' gradients go.</summary>
internal sealed class GradientStep
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

    public GraphNode Node { get; }

    /// <summary>The gradient of the node's first output, in that output's shape.</summary>
    public GraphValue Gradient { get; }

    public GraphValue Output => Node.Outputs[0];

    internal IReadOnlyList<(GraphValue Value, GraphValue Gradient)> Gradients => _gradients;

    internal IReadOnlyList<(GraphValue Value, RowGradient Rows)> RowGradients => _rowGradients;

    /// <summary>
    /// Hands over the gradient of an input, unless the loss's parameters do not reach it; where the input was broadcast,
    /// the gradient is summed back to its shape.
    /// </summary>
    public void Give(GraphValue input, Func<GraphValue> gradient)
    {
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
        IEnumerable<int> ones = Enumerable.Range(0, shape.Count).Where(i => shape[i].IsOne && !gradient.Shape[i].IsOne);
        long[] broadcast = [.. ones.Select(axis => (long)axis)];
        return broadcast.Length == 0 ? gradient : _graph.ReduceSum(gradient, broadcast, keepDimensions: true);
    }
}
