using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <content>Operators that work element by element, each with its gradient.</content>
internal sealed partial class GraphBuilder
{
    public GraphValue Add(GraphValue a, GraphValue b) => Binary("Add", a, b, step =>
    {
        step.Give(a, () => step.Gradient);
        step.Give(b, () => step.Gradient);
    });

    public GraphValue Sub(GraphValue a, GraphValue b) => Binary("Sub", a, b, step =>
    {
        step.Give(a, () => step.Gradient);
        step.Give(b, () => Neg(step.Gradient));
    });

    /// <summary>a · b element by element, broadcast.</summary>
    public GraphValue Mul(GraphValue a, GraphValue b) => Binary("Mul", a, b, step =>
    {
        step.Give(a, () => Mul(step.Gradient, b));
        step.Give(b, () => Mul(step.Gradient, a));
    });

    public GraphValue Div(GraphValue a, GraphValue b) => Binary("Div", a, b);

    public GraphValue Maximum(GraphValue a, GraphValue b) => Binary("Max", a, b);

    public GraphValue Neg(GraphValue x) => Unary("Neg", x, step => step.Give(x, () => Neg(step.Gradient)));

    public GraphValue Exp(GraphValue x) => Unary("Exp", x);

    public GraphValue Sqrt(GraphValue x) => Unary("Sqrt", x);

    /// <summary>The error function.</summary>
    public GraphValue Erf(GraphValue x) => Unary("Erf", x);

    /// <summary>-1, 0 or 1.</summary>
    public GraphValue Sign(GraphValue x) => Unary("Sign", x);

    /// <summary>The hyperbolic tangent. Its slope is 1 - y².</summary>
    public GraphValue Tanh(GraphValue x) => Unary("Tanh", x, step => step.Give(x, () =>
        Mul(step.Gradient, Sub(Scalar(1f), Mul(step.Output, step.Output)))));

    /// <summary>max(x, 0). Its slope is 1 where y is above zero.</summary>
    public GraphValue Relu(GraphValue x) => Unary("Relu", x, step => step.Give(x, () => Mul(step.Gradient, Sign(step.Output))));

    /// <summary>1 / (1 + e to the -x). Its slope is y (1 - y).</summary>
    public GraphValue Sigmoid(GraphValue x) => Unary("Sigmoid", x, step => step.Give(x, () =>
        Mul(step.Gradient, Mul(step.Output, Sub(Scalar(1f), step.Output)))));

    /// <summary>log(1 + e to the x), which does not overflow. Its slope is the sigmoid.</summary>
    public GraphValue Softplus(GraphValue x) => Unary("Softplus", x, step => step.Give(x, () => Mul(step.Gradient, Sigmoid(x))));

    /// <summary>
    /// x · Φ(x) in one pass, an operator of ONNX Runtime's. Its slope is Φ(x) + x φ(x). With u = x / √2: Φ = ½ (1 + erf u) and
    /// x φ = u e^(-u²) / √π.
    /// </summary>
    public GraphValue FusedGelu(GraphValue x) => Unary("Gelu", x, domain: Opset.Microsoft, gradient: step => step.Give(x, () =>
    {
        GraphValue u = Mul(x, Scalar(MathF.Sqrt(0.5f)));
        GraphValue twiceCumulative = Add(Erf(u), Scalar(1f));
        // Dividing by e^(u²) instead of multiplying by e^(-u²) saves a pass; where it overflows the quotient is rightly 0.
        GraphValue density = Div(u, Exp(Mul(u, u)));
        GraphValue twice = Add(twiceCumulative, Mul(density, Scalar(2f / MathF.Sqrt(MathF.PI))));
        return Mul(step.Gradient, Mul(twice, Scalar(0.5f)));
    }));

    /// <summary>The approximation of GELU by a hyperbolic tangent in one pass, an operator of ONNX Runtime's.</summary>
    public GraphValue FusedGeluTanh(GraphValue x) => Unary("FastGelu", x, domain: Opset.Microsoft);

    public GraphValue Cast(GraphValue x, ElementType type) =>
        Node("Cast", [x], type, [.. x.Shape], new() { ["to"] = (long)type });

    private GraphValue Unary(string operatorType, GraphValue x, Action<GradientStep>? gradient = null, string domain = "") =>
        Node(operatorType, [x], x.Type, [.. x.Shape], domain: domain, gradient: gradient);

    private GraphValue Binary(string operatorType, GraphValue a, GraphValue b, Action<GradientStep>? gradient = null)
    {
        if (a.Type != b.Type)
            throw new ArgumentException($"{operatorType} of {a} and {b}: the element types differ.", nameof(b));
        return Node(operatorType, [a, b], a.Type, Broadcast(a.Shape, b.Shape, operatorType), gradient: gradient);
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
            {
                throw new ArgumentException(
                    $"{operatorType} of [{string.Join(", ", a)}] and [{string.Join(", ", b)}]: the shapes do not broadcast.", nameof(b));
            }
            shape[i] = left.IsOne ? right : left;
        }
        return shape;
    }
}
