using System.Globalization;

namespace BertMLNet.Export;

/// <summary>One operator of a graph with its inputs, outputs and attributes.</summary>
internal sealed class GraphNode
{
    internal GraphNode(
        string name,
        string operatorType,
        string domain,
        IReadOnlyList<GraphValue?> inputs,
        IReadOnlyList<GraphValue> outputs,
        IReadOnlyDictionary<string, object> attributes)
    {
        Name = name;
        OperatorType = operatorType;
        Domain = domain;
        Inputs = inputs;
        Outputs = outputs;
        Attributes = attributes;
    }

    public string Name { get; }

    /// <summary>The operator, e.g. <c>MatMul</c>.</summary>
    public string OperatorType { get; }

    /// <summary>The operator's domain: empty for ONNX's own, see <see cref="Opset"/> for others.</summary>
    public string Domain { get; }

    /// <summary>The inputs in the operator's order; null where an optional one is left out.</summary>
    public IReadOnlyList<GraphValue?> Inputs { get; }

    /// <summary>All outputs of the operator; optional ones that nothing reads are not written to the file.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>
    /// Attribute values: <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, arrays of the first and the last, or a graph.
    /// </summary>
    public IReadOnlyDictionary<string, object> Attributes { get; }

    /// <summary>
    /// Writes the nodes that compute the inputs' gradients from the output's; null where the operator cannot be differentiated.
    /// </summary>
    internal Action<GradientStep>? Gradient { get; init; }

    /// <summary>The attribute's value, or <paramref name="otherwise"/> where the node does not set it.</summary>
    public T Attribute<T>(string name, T otherwise) => Attributes.TryGetValue(name, out object? value) ? (T)value : otherwise;
}

/// <summary>A tensor that flows through a graph: its name, element type and symbolic shape.</summary>
internal sealed class GraphValue
{
    internal GraphValue(string name, ElementType type, Dimension[] shape)
    {
        Name = name;
        Type = type;
        Shape = shape;
    }

    public string Name { get; }

    public ElementType Type { get; }

    /// <summary>The dimensions; empty for a scalar.</summary>
    public IReadOnlyList<Dimension> Shape { get; }

    public int Rank => Shape.Count;

    /// <summary>The node that computes the value; null for graph inputs and initializers.</summary>
    public GraphNode? Producer { get; internal set; }

    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";
}

/// <summary>A constant of a graph.</summary>
/// <param name="Value">Name, type and (fixed) shape.</param>
/// <param name="Size">The bytes of all elements.</param>
/// <param name="Fill">Writes them, row-major and little-endian, as ONNX's <c>raw_data</c>.</param>
internal sealed record Initializer(GraphValue Value, long Size, Action<Span<byte>> Fill);

/// <summary>One dimension of a value: a fixed size, or a symbol for a size that each run decides.</summary>
internal readonly record struct Dimension
{
    private Dimension(long size, string? symbol)
    {
        Size = size;
        Symbol = symbol;
    }

    /// <summary>The fixed size; -1 where the dimension is a symbol.</summary>
    public long Size { get; }

    /// <summary>The symbol; null where the size is fixed.</summary>
    public string? Symbol { get; }

    /// <summary>Whether the size is fixed to one, so that the dimension broadcasts.</summary>
    public bool IsOne => Size == 1;

    public static implicit operator Dimension(long size) => new(size, null);

    /// <summary>A symbolic size; equal symbols stand for equal sizes.</summary>
    public static implicit operator Dimension(string symbol) => new(-1, symbol);

    public override string ToString() => Symbol ?? Size.ToString(CultureInfo.InvariantCulture);
}
