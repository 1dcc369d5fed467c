using System.Collections.Frozen;
using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>
/// One gradient rule an operator: given the gradient of a node's output (dy), it writes the nodes that compute the
/// gradients of its inputs.
/// </summary>
internal static partial class GradientRules
{
    private static readonly FrozenDictionary<string, Action<GradientStep>> Rules = new Dictionary<string, Action<GradientStep>>
    {
        ["Add"] = Add,
        ["Mul"] = Mul,
        ["Neg"] = Neg,
        ["Relu"] = Relu,
        ["Sigmoid"] = Sigmoid,
        ["Tanh"] = Tanh,
        ["Gelu"] = Gelu,
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["FusedMatMul"] = MatMul,
        ["Reshape"] = Reshape,
        ["Gather"] = Gather,
        ["ReduceSum"] = ReduceSum,
        ["Softmax"] = Softmax,
        ["LogSoftmax"] = LogSoftmax,
        ["LayerNormalization"] = LayerNormalization,
    }.ToFrozenDictionary();

    /// <summary>The operators that can be differentiated.</summary>
    public static IReadOnlyCollection<string> Operators => Rules.Keys;

    /// <summary>The rule for a node's operator.</summary>
    public static Action<GradientStep> For(GraphNode node) =>
        Rules.GetValueOrDefault(node.OperatorType)
        ?? throw new NotSupportedException($"The operator {node.OperatorType} of node '{node.Name}' has no gradient rule.");
}
