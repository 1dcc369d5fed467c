namespace BertMLNet.Export;

/// <content>Operators that work element by element.</content>
public sealed partial class GraphBuilder
{
    /// <summary>a + b, broadcast.</summary>
    public GraphValue Add(GraphValue a, GraphValue b) => Binary("Add", a, b);

    /// <summary>a - b, broadcast.</summary>
    public GraphValue Sub(GraphValue a, GraphValue b) => Binary("Sub", a, b);

    /// <summary>a · b element by element, broadcast.</summary>
    public GraphValue Mul(GraphValue a, GraphValue b) => Binary("Mul", a, b);

    /// <summary>a / b, broadcast.</summary>
    public GraphValue Div(GraphValue a, GraphValue b) => Binary("Div", a, b);

    /// <summary>-x.</summary>
    public GraphValue Neg(GraphValue x) => Unary("Neg", x);

    /// <summary>e to the x.</summary>
    public GraphValue Exp(GraphValue x) => Unary("Exp", x);

    /// <summary>The error function.</summary>
    public GraphValue Erf(GraphValue x) => Unary("Erf", x);

    /// <summary>The hyperbolic tangent.</summary>
    public GraphValue Tanh(GraphValue x) => Unary("Tanh", x);

    /// <summary>max(x, 0).</summary>
    public GraphValue Relu(GraphValue x) => Unary("Relu", x);

    /// <summary>1 / (1 + e to the -x).</summary>
    public GraphValue Sigmoid(GraphValue x) => Unary("Sigmoid", x);

    /// <summary>-1, 0 or 1.</summary>
    public GraphValue Sign(GraphValue x) => Unary("Sign", x);

    /// <summary>x · Φ(x) in one pass, an operator of ONNX Runtime's.</summary>
    public GraphValue FusedGelu(GraphValue x) => Unary("Gelu", x, Opset.Microsoft);

    /// <summary>The approximation of GELU by a hyperbolic tangent in one pass, an operator of ONNX Runtime's.</summary>
    public GraphValue FusedGeluTanh(GraphValue x) => Unary("FastGelu", x, Opset.Microsoft);

    /// <summary>Converts to another element type.</summary>
    public GraphValue Cast(GraphValue x, ElementType type) =>
        Node("Cast", [x], type, [.. x.Shape], new() { ["to"] = (long)type });

    private GraphValue Unary(string operatorType, GraphValue x, string domain = "") =>
        Node(operatorType, [x], x.Type, [.. x.Shape], domain: domain);

    private GraphValue Binary(string operatorType, GraphValue a, GraphValue b)
    {
        if (a.Type != b.Type)
            throw new ArgumentException($"{operatorType} of {a} and {b}: the element types differ.", nameof(b));
        return Node(operatorType, [a, b], a.Type, Broadcast(a.Shape, b.Shape, operatorType));
    }

    private static Dimension[] Broadcast(IReadOnlyList<Dimension> a, IReadOnlyList<Dimension> b, string operatorType)
    {
        int rank = Math.Max(a.Count, b.Count);
        var shape = new Dimension[rank];
        for (int i = 0; i < rank; i++)
        {
            Dimension left = i < rank - a.Count ? 1 : a[i - (rank - a.Count)];
            Dimension right = i < rank - b.Count ? 1 : b[i - (rank - b.Count)];
            if (left != right && !left.IsOne && !right.IsOne)
                throw new ArgumentException($"{operatorType} of [{string.Join(", ", a)}] and [{string.Join(", ", b)}]: the shapes do not broadcast.", nameof(b));
            shape[i] = left.IsOne ? right : left;
        }
        return shape;
    }
}
