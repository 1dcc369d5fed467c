using System.Reflection;
using BertMLNet.Modeling;

namespace BertMLNet.Export.Tests;

/// <summary>Finite differences are the oracle of every operator's gradient rule.</summary>
public sealed class GradientRuleTests
{
    private static readonly Dictionary<string, Func<GraphBuilder, GraphValue[], GraphValue>> Graphs = new()
    {
        ["Add"] = (graph, x) => graph.Add(x[0], x[1]),
        ["Add, rows broadcast"] = (graph, x) => graph.Add(x[0], graph.Reshape(x[2], 4)),
        ["Add, columns broadcast"] = (graph, x) => graph.Add(x[0], x[3]),
        ["Sub"] = (graph, x) => graph.Sub(x[0], x[1]),
        ["Sub, rows broadcast"] = (graph, x) => graph.Sub(graph.Reshape(x[2], 4), x[0]),
        ["Mul"] = (graph, x) => graph.Mul(x[0], x[1]),
        ["Mul, columns broadcast"] = (graph, x) => graph.Mul(x[3], x[0]),
        ["Neg"] = (graph, x) => graph.Neg(x[0]),
        ["Relu"] = (graph, x) => graph.Relu(x[0]),
        ["Sigmoid"] = (graph, x) => graph.Sigmoid(x[0]),
        ["Softplus"] = (graph, x) => graph.Softplus(x[0]),
        ["Tanh"] = (graph, x) => graph.Tanh(x[0]),
        ["Gelu"] = (graph, x) => graph.FusedGelu(x[0]),
        ["Gemm"] = (graph, x) => graph.Gemm(x[0], graph.Reshape(x[1], 4, 3), graph.Reshape(x[3], 3)),
        ["Gemm, b transposed"] = (graph, x) => graph.Gemm(x[0], x[1], graph.Reshape(x[3], 3), transposeB: true),
        ["Gemm, a transposed"] = (graph, x) => graph.Gemm(x[0], x[1], x[2], transposeA: true),
        ["Gemm, both transposed"] = (graph, x) => graph.Gemm(x[0], graph.Reshape(x[1], 4, 3), transposeA: true, transposeB: true),
        ["MatMul"] = (graph, x) => graph.MatMul(x[0], graph.Reshape(x[1], 4, 3)),
        ["MatMul, batch broadcast"] = (graph, x) => graph.MatMul(graph.Reshape(x[0], 3, 2, 2), graph.Reshape(x[2], 2, 2)),
        ["FusedMatMul, b transposed"] = (graph, x) => graph.FusedMatMul(x[0], x[1], transposeB: true, alpha: 0.3f),
        ["FusedMatMul, a transposed"] = (graph, x) => graph.FusedMatMul(x[0], x[1], transposeA: true, alpha: 0.3f),
        ["FusedMatMul, both transposed"] = (graph, x) => graph.FusedMatMul(x[0], graph.Reshape(x[1], 4, 3), true, true, 0.3f),
        ["Reshape"] = (graph, x) => graph.Mul(graph.Reshape(x[0], 2, 6), graph.Reshape(x[1], 2, 6)),
        ["Gather, moved rows"] = (graph, x) => graph.MoveRows(x[0], graph.Integers(2, 0, 1), graph.Integers(1, 2, 0), hasAbsentRows: false),
        ["Gather, some rows"] = (graph, x) => graph.MoveRows(x[0], graph.Integers(2, 0), graph.Integers(1, 2, 0), hasAbsentRows: true),
        ["ReduceSum"] = (graph, x) => graph.Mul(graph.ReduceSum(graph.Mul(x[0], x[1]), [], keepDimensions: false), x[2]),
        ["ReduceSum, last axis kept"] = (graph, x) => graph.Mul(graph.ReduceSum(x[0], [1], keepDimensions: true), x[1]),
        ["Softmax"] = (graph, x) => graph.Softmax(x[0]),
        ["LogSoftmax"] = (graph, x) => graph.LogSoftmax(x[0]),
        ["LayerNormalization"] = (graph, x) => graph.LayerNormalization(x[0], graph.Reshape(x[2], 4), graph.Reshape(x[4], 4), 1e-5f),
        ["a value read twice"] = (graph, x) => graph.Mul(graph.Tanh(x[0]), graph.Sigmoid(x[0])),
    };

    public static TheoryData<string> Cases => [.. Graphs.Keys];

    [Fact]
    public void Every_rule_is_checked()
    {
        var graph = new GraphBuilder();
        GraphValue x = graph.Input("x", ElementType.Float, 3, 3), indices = graph.Input("indices", ElementType.Int64, 3);
        foreach (MethodInfo method in typeof(GraphBuilder).GetMethods().Where(method => method.ReturnType == typeof(GraphValue)))
        {
            object?[] arguments = [.. method.GetParameters().Select(Argument)];
            if (!arguments.Contains(Type.Missing))
                method.Invoke(graph, arguments);
        }
        Assert.Equal(
            graph.Nodes.Where(node => node.Gradient is not null).Select(node => node.OperatorType).Distinct().Order(StringComparer.Ordinal),
            Graphs.Keys.Select(name => name.Split(',')[0]).Where(name => !name.Contains(' ')).Distinct().Order(StringComparer.Ordinal));

        object? Argument(ParameterInfo parameter) => parameter.Name switch
        {
            "indices" or "back" => indices,
            _ when parameter.ParameterType == typeof(GraphValue) => x,
            _ when parameter.ParameterType == typeof(bool) => false,
            _ when parameter.ParameterType == typeof(float) => 1f,
            _ when parameter.ParameterType == typeof(int) => 0,
            _ when parameter.ParameterType == typeof(long[]) => new long[] { 1 },
            _ when parameter.ParameterType == typeof(Dimension[]) => new Dimension[] { 3, 3 },
            _ => Type.Missing,
        };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_equal_finite_differences(string name)
    {
        using var function = new ScalarFunction(Graphs[name]);
        float[][] point = [Draw(1, 12), Draw(2, 12), Draw(3, 4), Draw(4, 3), Draw(5, 4)];
        float[]?[] gradients = function.Gradients(point);
        const double step = 1e-2;
        int compared = 0;
        for (int input = 0; input < point.Length; input++)
        {
            if (gradients[input] is not { } gradient)
                continue;
            for (int i = 0; i < gradient.Length; i++)
            {
                double slope = (function.At(point, input, i, step) - function.At(point, input, i, -step)) / (2 * step);
                Assert.Equal(slope, gradient[i], 2e-3 * Math.Max(1, Math.Abs(slope)));
                compared++;
            }
        }
        Assert.True(compared >= 12);
    }

    [Fact]
    public void Rows_of_a_table_get_their_gradients_row_by_row()
    {
        var graph = new GraphBuilder();
        GraphValue table = graph.Input("table", ElementType.Float, 5, 3);
        GraphValue indices = graph.Input("indices", ElementType.Int64, "n");
        GraphValue loss = graph.ReduceSum(graph.Gather(table, indices), [], keepDimensions: false);
        ParameterGradient gradient = Differentiator.Differentiate(graph, loss, [table])[table];
        Assert.Null(gradient.Dense);
        RowGradient rows = Assert.Single(gradient.Rows);
        Assert.Same(indices, rows.Indices);
        Assert.Equal(["n", "3"], rows.Gradient.Shape.Select(dimension => dimension.ToString()));
    }

    [Fact]
    public void An_operator_without_a_rule_is_named()
    {
        var graph = new GraphBuilder();
        GraphValue x = graph.Input("x", ElementType.Float, 2);
        GraphValue loss = graph.ReduceSum(graph.Sign(x), [], keepDimensions: false);
        var exception = Assert.Throws<NotSupportedException>(() => Differentiator.Differentiate(graph, loss, [x]));
        Assert.Contains("Sign", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Numbers away from zero, where Relu has no slope.</summary>
    private static float[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.Next(2) * 2 - 1) * (0.2f + random.NextSingle()))];
    }
}
