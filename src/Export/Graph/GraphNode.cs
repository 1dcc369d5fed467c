namespace BertMLNet.Export;

/// <summary>One operator of a graph with its inputs, outputs and attributes.</summary>
public sealed class GraphNode
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

    /// <summary>The name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>The operator, e.g. <c>MatMul</c>.</summary>
    public string OperatorType { get; }

    /// <summary>The operator's domain: empty for ONNX's own, see <see cref="Opset"/> for others.</summary>
    public string Domain { get; }

    /// <summary>The inputs in the operator's order; null where an optional one is left out.</summary>
    public IReadOnlyList<GraphValue?> Inputs { get; }

    /// <summary>All outputs of the operator; optional ones that nothing reads are not written to the file.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Attribute values: <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, arrays of the first and the last, or a graph.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; }

    /// <summary>
    /// Writes the nodes that compute the inputs' gradients from the output's; null where the operator cannot be differentiated.
    /// </summary>
    internal Action<GradientStep>? Gradient { get; init; }

    /// <summary>The attribute's value, or <paramref name="otherwise"/> where the node does not set it.</summary>
    public T Attribute<T>(string name, T otherwise) => Attributes.TryGetValue(name, out object? value) ? (T)value : otherwise;
}
