using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BertMLNet.Export;

/// <summary>
/// Writes an ONNX graph operator by operator. Each method adds one node and returns its output with the element type
/// and symbolic shape worked out, so that a graph which does not fit together fails where it is written.
/// </summary>
internal sealed partial class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphValue> _outputs = [];
    private readonly List<Initializer> _initializers = [];
    private readonly GraphBuilder? _outer;
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<string, GraphValue> _shared = [];
    private string _scope = "";

    public GraphBuilder()
    {
    }

    private GraphBuilder(GraphBuilder outer)
    {
        _outer = outer;
        _names = outer._names;
        _shared = outer._shared;
        _scope = outer._scope;
    }

    /// <summary>The nodes so far, in an order in which they can run.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<GraphValue> Inputs => _inputs;

    public IReadOnlyList<GraphValue> Outputs => _outputs;

    public IReadOnlyList<Initializer> Initializers => _initializers;

    /// <summary>Names the part of the model that the following nodes belong to; it becomes the prefix of their names.</summary>
    public void EnterScope(string scope) => _scope = scope;

    /// <summary>
    /// Begins a graph that a node of this one takes as an attribute, such as a loop's body. It may read this graph's values;
    /// names are unique over both, and its constants are this graph's.
    /// </summary>
    public GraphBuilder Body() => new(this);

    public GraphValue Input(string name, ElementType type, params Dimension[] shape)
    {
        var value = new GraphValue(Claim(name), type, shape);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Makes a value a graph output under the given name.</summary>
    public GraphValue Output(string name, GraphValue value)
    {
        var output = new GraphValue(Claim(name), value.Type, [.. value.Shape]);
        Append("Identity", "", [value], [output], []);
        _outputs.Add(output);
        return output;
    }

    /// <summary>Adds a constant whose elements are in memory; they are not copied.</summary>
    public GraphValue Constant<T>(string name, ElementType type, T[] elements, params Dimension[] shape)
        where T : unmanaged => Constant(
            name, type, (long)elements.Length * Unsafe.SizeOf<T>(), bytes => MemoryMarshal.AsBytes(elements.AsSpan()).CopyTo(bytes), shape);

    /// <summary>Adds a constant whose <paramref name="size"/> bytes are made each time that the graph is written, and not held.</summary>
    public GraphValue Constant(string name, ElementType type, long size, Action<Span<byte>> fill, params Dimension[] shape)
    {
        if (_outer is not null)
            return _outer.Constant(name, type, size, fill, shape);
        var value = new GraphValue(Claim(name), type, shape);
        _initializers.Add(new(value, size, fill));
        return value;
    }

    /// <summary>The value of this name, made once.</summary>
    public GraphValue Shared(string name, Func<GraphValue> make)
    {
        if (!_shared.TryGetValue(name, out GraphValue? value))
            value = _shared[name] = make();
        return value;
    }

    /// <summary>A scalar constant in single or half precision; equal ones are shared.</summary>
    public GraphValue Scalar(float value, ElementType type = ElementType.Float)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"scalar_{value}");
        return Shared($"{name} {type}", () => type == ElementType.Float16
            ? Constant(name, type, new[] { (Half)value })
            : Constant(name, type, new[] { value }));
    }

    /// <summary>A constant vector of integers, such as a shape or axes; equal ones are shared.</summary>
    public GraphValue Integers(params long[] values)
    {
        string name = $"integers_{string.Join('_', values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}";
        return Shared(name, () => Constant(name, ElementType.Int64, values, values.Length));
    }

    /// <summary>A scalar integer constant, as Gather takes for an index that drops the axis.</summary>
    public GraphValue Integer(long value)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"integer_{value}");
        return Shared(name, () => Constant(name, ElementType.Int64, new[] { value }));
    }

    /// <summary>A constant matrix of zeros; equal ones are shared.</summary>
    public GraphValue Zeros(long rows, long columns)
    {
        string name = $"zeros_{rows}_{columns}";
        return Shared(name, () => Constant(name, ElementType.Float, new float[rows * columns], rows, columns));
    }

    public GraphValue Node(
        string operatorType,
        ReadOnlySpan<GraphValue?> inputs,
        ElementType type,
        Dimension[] shape,
        Dictionary<string, object>? attributes = null,
        string domain = "",
        Action<GradientStep>? gradient = null) =>
        Node(operatorType, inputs, [(type, shape)], attributes, domain, gradient)[0];

    public IReadOnlyList<GraphValue> Node(
        string operatorType,
        ReadOnlySpan<GraphValue?> inputs,
        ReadOnlySpan<(ElementType Type, Dimension[] Shape)> outputs,
        Dictionary<string, object>? attributes = null,
        string domain = "",
        Action<GradientStep>? gradient = null)
    {
        var values = new GraphValue[outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
            values[i] = new GraphValue(Claim(ScopedName(operatorType)), outputs[i].Type, outputs[i].Shape);
        Append(operatorType, domain, inputs.ToArray(), values, attributes ?? [], gradient);
        return values;
    }

    /// <summary>Replaces every node of an operator by others.</summary>
    /// <param name="operatorType">The operator.</param>
    /// <param name="write">Adds the nodes that stand in for the one it is handed, and returns what they compute for its outputs.</param>
    public void Replace(string operatorType, Func<GraphNode, IReadOnlyList<GraphValue>> write)
    {
        GraphNode[] nodes = [.. _nodes];
        _nodes.Clear();
        foreach (GraphNode node in nodes)
        {
            if (!string.Equals(node.OperatorType, operatorType, StringComparison.Ordinal))
            {
                _nodes.Add(node);
                continue;
            }
            IReadOnlyList<GraphValue> values = write(node);
            for (int i = 0; i < values.Count; i++)
                Append("Identity", "", [values[i]], [node.Outputs[i]], []);
        }
    }

    private void Append(
        string operatorType,
        string domain,
        GraphValue?[] inputs,
        GraphValue[] outputs,
        Dictionary<string, object> attributes,
        Action<GradientStep>? gradient = null)
    {
        string name = Claim($"{ScopedName(operatorType)}_node");
        var node = new GraphNode(name, operatorType, domain, inputs, outputs, attributes) { Gradient = gradient };
        foreach (GraphValue output in outputs)
            output.Producer = node;
        _nodes.Add(node);
    }

    private string ScopedName(string operatorType) => _scope.Length == 0 ? operatorType : $"{_scope}/{operatorType}";

    /// <summary>Makes a name unique by a counter.</summary>
    private string Claim(string name)
    {
        if (_names.TryGetValue(name, out int used))
        {
            _names[name] = used + 1;
            return Claim($"{name}_{used}");
        }
        _names[name] = 1;
        return name;
    }
}
