using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Answers who computes, reads and holds what in an ONNX graph, and recognises the patterns that BERT is made of.</summary>
internal sealed class GraphIndex
{
    /// <summary>Operators that pass their first input on, in another shape or type at most.</summary>
    private static readonly HashSet<string> PassThrough = ["Identity", "Dropout", "Cast", "Reshape", "Transpose", "Squeeze", "Unsqueeze"];

    /// <summary>Operators that make numbers of numbers.</summary>
    private static readonly HashSet<string> NumberOperators =
        ["Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather", "Sqrt", "Reciprocal", "Div", "Mul", "Pow", "ConstantOfShape"];

    // Far more than any exporter puts in a row; a damaged graph may run in circles.
    private const int MostSteps = 64;

    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, List<NodeProto>> _readers = [];
    private readonly Dictionary<string, TensorProto> _constants = [];

    public GraphIndex(GraphProto graph)
    {
        Nodes = [.. graph.Node.Where(node => node.Output.Count > 0)];
        foreach (TensorProto tensor in graph.Initializer)
            _constants[tensor.Name] = tensor;
        foreach (NodeProto node in Nodes)
        {
            foreach (string output in node.Output)
                _producers[output] = node;
            foreach (string input in node.Input.Distinct())
            {
                if (!_readers.TryGetValue(input, out List<NodeProto>? readers))
                    _readers[input] = readers = [];
                readers.Add(node);
            }
            if (node is { OpType: "Constant", Output.Count: 1 } && node.Attribute.FirstOrDefault(attribute => attribute.Name is "value")?.T is { } value)
                _constants[node.Output[0]] = value;
        }
    }

    /// <summary>The nodes in the order in which they run.</summary>
    public IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>The node that computes a value; null for inputs and constants.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The nodes that read a value.</summary>
    public IReadOnlyList<NodeProto> Readers(string value) => _readers.GetValueOrDefault(value) ?? [];

    /// <summary>A floating-point constant of the given rank, through any Identity or Cast; null where the value is none.</summary>
    public TensorProto? Constant(string value, int rank)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            if (_constants.TryGetValue(value, out TensorProto? tensor))
                return tensor.Dims.Count == rank && OnnxTensorReader.ElementOf(tensor).Size > 0 ? tensor : null;
            if (Producer(value) is not { OpType: "Identity" or "Cast", Input.Count: > 0 } node)
                return null;
            value = node.Input[0];
        }
        return null;
    }

    /// <summary>The value that <paramref name="value"/> was before reshapes, casts and scaling by a number.</summary>
    public string Source(string value)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            NodeProto? node = Producer(value);
            if (node is null || node.Input.Count == 0)
                return value;
            if (PassThrough.Contains(node.OpType))
                value = node.Input[0];
            else if (node.OpType is "Mul" or "Div" && node.Input.Count == 2 && IsNumber(node.Input[1]))
                value = node.Input[0];
            else if (node.OpType is "Mul" && node.Input.Count == 2 && IsNumber(node.Input[0]))
                value = node.Input[1];
            else
                return value;
        }
        return value;
    }

    /// <summary>The linear layer that a node completes; null where it completes none.</summary>
    public LinearLayer? LinearLayerAt(NodeProto node)
    {
        if (node.OpType is "Gemm" && node.Input.Count == 3 && Constant(node.Input[1], 2) is { } gemmWeight && Constant(node.Input[2], 1) is { } gemmBias)
        {
            bool transposed = (node.Attribute.FirstOrDefault(attribute => attribute.Name is "transB")?.I ?? 0) == 0;
            return new(new(gemmWeight, transposed), new(gemmBias, Transposed: false), node.Output[0]);
        }
        if (node.OpType is not "Add" || node.Input.Count != 2)
            return null;
        for (int side = 0; side < 2; side++)
        {
            if (Constant(node.Input[side], 1) is { } bias
                && Producer(node.Input[1 - side]) is { OpType: "MatMul", Input.Count: 2 } product
                && MatrixOf(product.Input[1]) is { } weight)
                return new(weight, new(bias, Transposed: false), node.Output[0]);
        }
        return null;
    }

    /// <summary>
    /// The scale and shift of the layer normalisation that a node completes: the operator, or the Mul and Add at the end
    /// of its written-out form; null where it completes none.
    /// </summary>
    public (TensorProto Scale, TensorProto Shift)? NormAt(NodeProto node)
    {
        if (node.OpType is "LayerNormalization" && node.Input.Count == 3
            && Constant(node.Input[1], 1) is { } scale && Constant(node.Input[2], 1) is { } shift)
            return (scale, shift);
        if (node.OpType is not "Add" || node.Input.Count != 2)
            return null;
        for (int side = 0; side < 2; side++)
        {
            if (Constant(node.Input[side], 1) is not { } added || Producer(node.Input[1 - side]) is not { OpType: "Mul", Input.Count: 2 } product)
                continue;
            if ((Constant(product.Input[0], 1) ?? Constant(product.Input[1], 1)) is { } factor)
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
            if (_constants.TryGetValue(part, out TensorProto? tensor))
            {
                // A number itself; or, on the way to one, the bounds of a Slice and the like.
                if (tensor.Dims.Any(size => size != 1) && (steps == 0 || tensor.Dims.Count != 1))
                    return false;
                continue;
            }
            if (Producer(part) is not { } node || steps == MostSteps)
                return false;
            if (node.OpType is "Shape")
                continue;
            if (!NumberOperators.Contains(node.OpType))
                return false;
            foreach (string input in node.Input.Where(input => input.Length > 0))
                values.Push(input);
        }
        return true;
    }

    /// <summary>A weight as MatMul takes it, [in, out], or through a Transpose as it is saved, [out, in].</summary>
    private WeightSource? MatrixOf(string value)
    {
        if (Constant(value, 2) is { } matrix)
            return new(matrix, Transposed: true);
        return Producer(value) is { OpType: "Transpose", Input.Count: 1 } transpose && Constant(transpose.Input[0], 2) is { } saved
            ? new(saved, Transposed: false)
            : null;
    }
}
