using BertMLNet.Export;

namespace BertMLNet.Training;

/// <content>Matrix products.</content>
internal static partial class GradientRules
{
    /// <summary>y = op(a) op(b) + c for matrices; c was broadcast over rows.</summary>
    private static void Gemm(GradientStep step)
    {
        GraphBuilder graph = step.Graph;
        bool transposeA = step.Node.Attribute("transA", 0L) != 0;
        bool transposeB = step.Node.Attribute("transB", 0L) != 0;
        GraphValue a = step.Input(0), b = step.Input(1), dy = step.Gradient;
        step.Give(0, () => transposeA
            ? graph.Gemm(b, dy, transposeA: transposeB, transposeB: true)
            : graph.Gemm(dy, b, transposeB: !transposeB));
        step.Give(1, () => transposeB
            ? graph.Gemm(dy, a, transposeA: true, transposeB: transposeA)
            : graph.Gemm(a, dy, transposeA: !transposeA));
        if (step.Node.Inputs.Count > 2)
            step.Give(2, () => dy);
    }

    /// <summary>y = alpha · op(a) op(b), leading dimensions broadcast: MatMul, and FusedMatMul with its attributes.</summary>
    private static void MatMul(GradientStep step)
    {
        GraphBuilder graph = step.Graph;
        bool transposeA = step.Node.Attribute("transA", 0L) != 0;
        bool transposeB = step.Node.Attribute("transB", 0L) != 0;
        float alpha = step.Node.Attribute("alpha", 1f);
        GraphValue a = step.Input(0), b = step.Input(1), dy = step.Gradient;
        step.Give(0, () => transposeA
            ? graph.FusedMatMul(b, dy, transposeA: transposeB, transposeB: true, alpha)
            : graph.FusedMatMul(dy, b, transposeB: !transposeB, alpha: alpha));
        step.Give(1, () => transposeB
            ? graph.FusedMatMul(dy, a, transposeA: true, transposeB: transposeA, alpha)
            : graph.FusedMatMul(a, dy, transposeA: !transposeA, alpha: alpha));
    }
}
