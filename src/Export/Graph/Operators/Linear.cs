namespace BertMLNet.Export;

/// <content>Matrix products, each with its gradient.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>The product of the last two dimensions; leading ones broadcast.</summary>
    public GraphValue MatMul(GraphValue a, GraphValue b) => Node(
        "MatMul", [a, b], a.Type, ProductShape(a, b, false, false), gradient: step => GiveProduct(step, a, b, false, false, 1f));

    /// <summary>alpha · op(a) · op(b), op transposing the last two dimensions where asked: an operator of ONNX Runtime's.</summary>
    public GraphValue FusedMatMul(GraphValue a, GraphValue b, bool transposeA = false, bool transposeB = false, float alpha = 1f) => Node(
        "FusedMatMul",
        [a, b],
        a.Type,
        ProductShape(a, b, transposeA, transposeB),
        new() { ["transA"] = transposeA ? 1L : 0L, ["transB"] = transposeB ? 1L : 0L, ["alpha"] = alpha },
        Opset.Microsoft,
        step => GiveProduct(step, a, b, transposeA, transposeB, alpha));

    /// <summary>op(a) · op(b) + c for matrices; <paramref name="c"/>, where given, broadcasts over rows.</summary>
    public GraphValue Gemm(GraphValue a, GraphValue b, GraphValue? c = null, bool transposeA = false, bool transposeB = false) => Node(
        "Gemm",
        c is null ? [a, b] : [a, b, c],
        a.Type,
        ProductShape(a, b, transposeA, transposeB),
        new() { ["transA"] = transposeA ? 1L : 0L, ["transB"] = transposeB ? 1L : 0L },
        gradient: step =>
        {
            GraphValue dy = step.Gradient;
            step.Give(a, () => transposeA
                ? Gemm(b, dy, transposeA: transposeB, transposeB: true)
                : Gemm(dy, b, transposeB: !transposeB));
            step.Give(b, () => transposeB
                ? Gemm(dy, a, transposeA: true, transposeB: transposeA)
                : Gemm(a, dy, transposeA: !transposeA));
            if (c is not null)
                step.Give(c, () => dy);
        });

    /// <summary>The gradients of alpha · op(a) · op(b), leading dimensions broadcast.</summary>
    private void GiveProduct(GradientStep step, GraphValue a, GraphValue b, bool transposeA, bool transposeB, float alpha)
    {
        GraphValue dy = step.Gradient;
        step.Give(a, () => transposeA
            ? FusedMatMul(b, dy, transposeA: transposeB, transposeB: true, alpha)
            : FusedMatMul(dy, b, transposeB: !transposeB, alpha: alpha));
        step.Give(b, () => transposeB
            ? FusedMatMul(dy, a, transposeA: true, transposeB: transposeA, alpha)
            : FusedMatMul(a, dy, transposeA: !transposeA, alpha: alpha));
    }

    private static Dimension[] ProductShape(GraphValue a, GraphValue b, bool transposeA, bool transposeB)
    {
        Dimension rows = a.Shape[transposeA ? a.Rank - 1 : a.Rank - 2];
        Dimension innerA = a.Shape[transposeA ? a.Rank - 2 : a.Rank - 1];
        Dimension innerB = b.Shape[transposeB ? b.Rank - 1 : b.Rank - 2];
        Dimension columns = b.Shape[transposeB ? b.Rank - 2 : b.Rank - 1];
        if (innerA != innerB)
            throw new ArgumentException($"The product of {a} and {b}: the inner dimensions {innerA} and {innerB} differ.", nameof(b));
        Dimension[] leading = Broadcast([.. a.Shape.Take(a.Rank - 2)], [.. b.Shape.Take(b.Rank - 2)], "MatMul");
        return [.. leading, rows, columns];
    }
}
