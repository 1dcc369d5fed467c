using BertMLNet.Export;

namespace BertMLNet.Training;

/// <content>Operators that normalise the last axis.</content>
internal static partial class GradientRules
{
    /// <summary>y · (dy - Σ dy y).</summary>
    private static void Softmax(GradientStep step) => step.Give(0, () =>
    {
        GraphBuilder graph = step.Graph;
        GraphValue sum = graph.ReduceSum(graph.Mul(step.Gradient, step.Output), [step.Output.Rank - 1], keepDimensions: true);
        return graph.Mul(step.Output, graph.Sub(step.Gradient, sum));
    });

    /// <summary>dy - e^y · Σ dy.</summary>
    private static void LogSoftmax(GradientStep step) => step.Give(0, () =>
    {
        GraphBuilder graph = step.Graph;
        GraphValue sum = graph.ReduceSum(step.Gradient, [step.Output.Rank - 1], keepDimensions: true);
        return graph.Sub(step.Gradient, graph.Mul(graph.Exp(step.Output), sum));
    });

    /// <summary>
    /// y = n · scale + bias with n = (x - mean) · r, r one over the standard deviation. With g = dy · scale:
    /// dx = r · (g - mean(g) - n · mean(g n)) (Ba et al., 2016).
    /// </summary>
    private static void LayerNormalization(GradientStep step)
    {
        GraphBuilder graph = step.Graph;
        GraphValue dy = step.Gradient, mean = step.Node.Outputs[1], inverseDeviation = step.Node.Outputs[2];
        GraphValue normalized = graph.Mul(graph.Sub(step.Input(0), mean), inverseDeviation);
        step.Give(0, () =>
        {
            GraphValue scaled = graph.Mul(dy, step.Input(1));
            GraphValue projection = graph.Mul(normalized, graph.ReduceMeanLast(graph.Mul(scaled, normalized)));
            return graph.Mul(inverseDeviation, graph.Sub(graph.Sub(scaled, graph.ReduceMeanLast(scaled)), projection));
        });
        step.Give(1, () => graph.Mul(dy, normalized));
        step.Give(2, () => dy);
    }
}
