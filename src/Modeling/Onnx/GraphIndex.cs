namespace BertMLNet.Modeling;

/// <summary>Answers who computes, reads and holds what in an ONNX graph, and recognises the patterns that BERT is made of.</summary>
internal sealed class GraphIndex
{
    /// <summary>Operators that pass their first input on, in another shape or type at most.</summary>
    private static readonly HashSet<string> PassThrough = ["Identity", "Dropout", "Cast", "Reshape", "Transpose", "Squeeze", "Unsqueeze"];

    /// <summary>Operators that make numbers of numbers.</summary>
    private static readonly HashSet<string> NumberOperators =
    [
        "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather", "Sqrt", "Reciprocal", "Div", "Mul", "Pow",
        "ConstantOfShape",
    ];

    // Far more than any exporter puts in a row; a damaged graph may run in circles.
    private const int MostSteps = 64;

    private readonly Dictionary<string, OnnxNode> _producers = [];
    private readonly Dictionary<string, List<OnnxNode>> _readers = [];
    private readonly Dictionary<string, OnnxConstant> _constants = [];

    public GraphIndex(OnnxGraph graph)
    {
        Nodes = [.. graph.Nodes.Where(node => node.Outputs.Count > 0)];
        foreach (OnnxConstant tensor in graph.Constants)
            _constants[tensor.Name] = tensor;
        foreach (OnnxNode node in Nodes)
        {
            foreach (string output in node.Outputs)
                _producers[output] = node;
            foreach (string input in node.Inputs.Distinct())
            {
                if (!_readers.TryGetValue(input, out List<OnnxNode>? readers))
                    _readers[input] = readers = [];
                readers.Add(node);
            }
            if (node is { Operator: "Constant", Outputs.Count: 1 } && node.Attribute("value")?.Constant is { } value)
                _constants[node.Outputs[0]] = value;
        }
    }

    /// <summary>The nodes in the order in which they run.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>The node that computes a value; null for inputs and constants.</summary>
    public OnnxNode? Producer(string value) => _producers.GetValueOrDefault(value);

    public IReadOnlyList<OnnxNode> Readers(string value) => _readers.GetValueOrDefault(value) ?? [];

    /// <summary>A floating-point constant of the given rank, through any Identity or Cast; null where the value is none.</summary>
    public OnnxConstant? Constant(string value, int rank)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            if (_constants.TryGetValue(value, out OnnxConstant? tensor))
                return tensor.Dimensions.Count == rank && tensor.FloatType.Size > 0 ? tensor : null;
            if (Producer(value) is not { Operator: "Identity" or "Cast", Inputs.Count: > 0 } node)
                return null;
            value = node.Inputs[0];
        }
        return null;
    }

    /// <summary>The value that <paramref name="value"/> was before reshapes, casts and scaling by a number.</summary>
    public string Source(string value)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            OnnxNode? node = Producer(value);
            if (node is null || node.Inputs.Count == 0)
                return value;
            if (PassThrough.Contains(node.Operator))
                value = node.Inputs[0];
            else if (node.Operator is "Mul" or "Div" && node.Inputs.Count == 2 && IsNumber(node.Inputs[1]))
                value = node.Inputs[0];
            else if (node.Operator is "Mul" && node.Inputs.Count == 2 && IsNumber(node.Inputs[0]))
                value = node.Inputs[1];
            else
                return value;
        }
        return value;
    }

    /// <summary>The linear layer that a node completes; null where it completes none.</summary>
    public LinearLayer? LinearLayerAt(OnnxNode node)
    {
        if (node.Operator is "Gemm" && node.Inputs.Count == 3 && Constant(node.Inputs[1], 2) is { } gemmWeight
            && Constant(node.Inputs[2], 1) is { } gemmBias)
        {
            bool transposed = (node.Attribute("transB")?.Integer ?? 0) == 0;
            return new(new(gemmWeight, transposed), new(gemmBias, Transposed: false), node.Outputs[0]);
        }
        if (node.Operator is not "Add" || node.Inputs.Count != 2)
            return null;
        for (int side = 0; side < 2; side++)
        {
            if (Constant(node.Inputs[side], 1) is { } bias
                && Producer(node.Inputs[1 - side]) is { Operator: "MatMul", Inputs.Count: 2 } product
                && MatrixOf(product.Inputs[1]) is { } weight)
                return new(weight, new(bias, Transposed: false), node.Outputs[0]);
        }
        return null;
    }

    /// <summary>
    /// The scale and shift of the layer normalisation that a node completes: the operator, or the Mul and Add at the end
    /// of its written-out form; null where it completes none.
    /// </summary>
    public (OnnxConstant Scale, OnnxConstant Shift)? NormAt(OnnxNode node)
    {
        if (node.Operator is "LayerNormalization" && node.Inputs.Count == 3
            && Constant(node.Inputs[1], 1) is { } scale && Constant(node.Inputs[2], 1) is { } shift)
            return (scale, shift);
        if (node.Operator is not "Add" || node.Inputs.Count != 2)
            return null;
        for (int side = 0; side < 2; side++)
        {
            if (Constant(node.Inputs[side], 1) is not { } added
                || Producer(node.Inputs[1 - side]) is not { Operator: "Mul", Inputs.Count: 2 } product)
                continue;
            if ((Constant(product.Inputs[0], 1) ?? Constant(product.Inputs[1], 1)) is { } factor)
                return (factor, added);
        }
        return null;
    }

    /// <summary>
    /// Whether a value is a number, or a few of them, that no weight and no token goes into: a small constant, or what is
    /// computed from such and from shapes, as exporters of scaled dot-product attention compute its scale.
    /// </summary>
    private bool IsNumber(string value)
    {
        var values = new Stack<string>([value]);
        for (int steps = 0; values.TryPop(out string? part); steps++)
        {
            if (_constants.TryGetValue(part, out OnnxConstant? tensor))
            {
                // A number itself; or, on the way to one, the bounds of a Slice and the like.
                if (tensor.Dimensions.Any(size => size != 1) && (steps == 0 || tensor.Dimensions.Count != 1))
                    return false;
                continue;
            }
            if (Producer(part) is not { } node || steps == MostSteps)
                return false;
            if (node.Operator is "Shape")
                continue;
            if (!NumberOperators.Contains(node.Operator))
                return false;
            foreach (string input in node.Inputs.Where(input => input.Length > 0))
                values.Push(input);
        }
        return true;
    }

    /// <summary>A weight as MatMul takes it, [in, out], or through a Transpose as it is saved, [out, in].</summary>
    private WeightSource? MatrixOf(string value)
    {
        if (Constant(value, 2) is { } matrix)
            return new(matrix, Transposed: true);
        return Producer(value) is { Operator: "Transpose", Inputs.Count: 1 } transpose && Constant(transpose.Inputs[0], 2) is { } saved
            ? new(saved, Transposed: false)
            : null;
    }
}

/// <summary>The constant of a graph that holds a parameter.</summary>
/// <param name="Tensor">The constant.</param>
/// <param name="Transposed">Whether it is a linear layer's weight stored as [in, out].</param>
internal sealed record WeightSource(OnnxConstant Tensor, bool Transposed);

/// <summary>A linear layer found in a graph: a Gemm, or a MatMul with the Add of a bias.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Output">The name of the value that the layer computes.</param>
internal sealed record LinearLayer(WeightSource Weight, WeightSource Bias, string Output);
