namespace BertMLNet.Export;

/// <content>Operators that normalise the last axis, each with its gradient.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>Softmax over the last axis. The gradient is y · (dy - Σ dy y).</summary>
    public GraphValue Softmax(GraphValue x) => OverLastAxis("Softmax", x, step => step.Give(x, () =>
    {
        GraphValue sum = ReduceSum(Mul(step.Gradient, step.Output), [x.Rank - 1], keepDimensions: true);
        return Mul(step.Output, Sub(step.Gradient, sum));
    }));

    /// <summary>The logarithm of softmax over the last axis. The gradient is dy - e^y · Σ dy.</summary>
    public GraphValue LogSoftmax(GraphValue x) => OverLastAxis("LogSoftmax", x, step => step.Give(x, () =>
    {
        GraphValue sum = ReduceSum(step.Gradient, [x.Rank - 1], keepDimensions: true);
        return Sub(step.Gradient, Mul(Exp(step.Output), sum));
    }));

    /// <summary>
    /// Normalises the last axis to mean 0 and variance 1, then scales and shifts it. The node's second and third
    /// outputs are the mean and the inverse standard deviation, both [..., 1].
    /// </summary>
    /// <remarks>
    /// y = n · scale + bias with n = (x - mean) · r, r one over the standard deviation. With g = dy · scale the gradient of x is
    /// r · (g - mean(g) - n · mean(g n)) (Ba et al., 2016).
    /// </remarks>
    public GraphValue LayerNormalization(GraphValue x, GraphValue scale, GraphValue bias, float epsilon)
    {
        Dimension[] statistics = [.. x.Shape.Take(x.Rank - 1), 1];
        return Node(
            "LayerNormalization",
            [x, scale, bias],
            [(x.Type, [.. x.Shape]), (ElementType.Float, statistics), (ElementType.Float, statistics)],
            new() { ["axis"] = -1L, ["epsilon"] = epsilon },
            gradient: step =>
            {
                GraphValue dy = step.Gradient, mean = step.Node.Outputs[1], inverseDeviation = step.Node.Outputs[2];
                GraphValue normalized = Mul(Sub(x, mean), inverseDeviation);
                step.Give(x, () =>
                {
                    GraphValue scaled = Mul(dy, scale);
                    GraphValue projection = Mul(normalized, ReduceMeanLast(Mul(scaled, normalized)));
                    return Mul(inverseDeviation, Sub(Sub(scaled, ReduceMeanLast(scaled)), projection));
                });
                step.Give(scale, () => Mul(dy, normalized));
                step.Give(bias, () => dy);
            })[0];
    }

    /// <summary>
    /// What <see cref="LayerNormalization"/> computes, written out in simple operators, which ONNX Runtime's CPU kernels
    /// run twice as fast. The order of operations is that of a gradient, so that it shares their results.
    /// </summary>
    /// <returns>The normalised value, the mean and the inverse standard deviation.</returns>
    public (GraphValue Output, GraphValue Mean, GraphValue InverseDeviation) WrittenOutLayerNormalization(
        GraphValue x, GraphValue scale, GraphValue bias, float epsilon)
    {
        GraphValue mean = ReduceMeanLast(x);
        GraphValue centered = Sub(x, mean);
        GraphValue variance = ReduceMeanLast(Mul(centered, centered));
        GraphValue inverseDeviation = Div(Scalar(1f), Sqrt(Add(variance, Scalar(epsilon))));
        return (Add(Mul(Mul(centered, inverseDeviation), scale), bias), mean, inverseDeviation);
    }

    private GraphValue OverLastAxis(string operatorType, GraphValue x, Action<GradientStep> gradient) =>
        Node(operatorType, [x], x.Type, [.. x.Shape], new() { ["axis"] = -1L }, gradient: gradient);
}
