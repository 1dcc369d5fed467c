using BertMLNet.Export;

namespace BertMLNet.Training;

/// <content>Operators that work element by element.</content>
internal static partial class GradientRules
{
    private static void Add(GradientStep step)
    {
        step.Give(0, () => step.Gradient);
        step.Give(1, () => step.Gradient);
    }

    private static void Mul(GradientStep step)
    {
        step.Give(0, () => step.Graph.Mul(step.Gradient, step.Input(1)));
        step.Give(1, () => step.Graph.Mul(step.Gradient, step.Input(0)));
    }

    private static void Neg(GradientStep step) => step.Give(0, () => step.Graph.Neg(step.Gradient));

    /// <summary>dy where y is above zero.</summary>
    private static void Relu(GradientStep step) => step.Give(0, () => step.Graph.Mul(step.Gradient, step.Graph.Sign(step.Output)));

    /// <summary>dy · y (1 - y).</summary>
    private static void Sigmoid(GradientStep step) => step.Give(0, () =>
    {
        GraphBuilder graph = step.Graph;
        return graph.Mul(step.Gradient, graph.Mul(step.Output, graph.Sub(graph.Scalar(1f), step.Output)));
    });

    /// <summary>dy · (1 - y²).</summary>
    private static void Tanh(GradientStep step) => step.Give(0, () =>
    {
        GraphBuilder graph = step.Graph;
        return graph.Mul(step.Gradient, graph.Sub(graph.Scalar(1f), graph.Mul(step.Output, step.Output)));
    });

    /// <summary>dy · (Φ(x) + x φ(x)). With u = x / √2: Φ = ½ (1 + erf u) and x φ = u e^(-u²) / √π.</summary>
    private static void Gelu(GradientStep step) => step.Give(0, () =>
    {
        GraphBuilder graph = step.Graph;
        GraphValue u = graph.Mul(step.Input(0), graph.Scalar(MathF.Sqrt(0.5f)));
        GraphValue twiceCumulative = graph.Add(graph.Erf(u), graph.Scalar(1f));
        // Dividing by e^(u²) instead of multiplying by e^(-u²) saves a pass; where it overflows the quotient is rightly 0.
        GraphValue density = graph.Div(u, graph.Exp(graph.Mul(u, u)));
        GraphValue twice = graph.Add(twiceCumulative, graph.Mul(density, graph.Scalar(2f / MathF.Sqrt(MathF.PI))));
        return graph.Mul(step.Gradient, graph.Mul(twice, graph.Scalar(0.5f)));
    });
}
