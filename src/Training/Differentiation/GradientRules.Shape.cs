using BertMLNet.Export;

namespace BertMLNet.Training;

/// <content>Operators that move elements.</content>
internal static partial class GradientRules
{
    private static void Reshape(GradientStep step) => step.Give(0, () => step.ReshapeLike(step.Gradient, step.Input(0)));

    /// <summary>
    /// Rows that were moved are moved back. A table whose rows may have been read more than once gets its gradient row by
    /// row.
    /// </summary>
    private static void Gather(GradientStep step)
    {
        if (step.Node.Attribute("axis", 0L) != 0)
            throw new NotSupportedException($"Gather along axis {step.Node.Attribute("axis", 0L)} has no gradient rule.");
        GraphBuilder graph = step.Graph;
        GraphValue data = step.Input(0), indices = step.Input(1);
        GraphValue rows = step.FlattenLeading(step.Gradient, indices.Rank);
        if (step.Node.Inverse is not { } inverse)
        {
            step.GiveRows(0, new(indices, rows));
            return;
        }
        step.Give(0, () =>
        {
            if (inverse.HasAbsentRows)
            {
                long width = data.Shape[1].Size;
                rows = graph.ConcatRows(rows, graph.Zeros(1, width), $"{rows.Shape[0]}+1");
            }
            return step.ReshapeLike(graph.Gather(rows, inverse.Indices), data);
        });
    }

    private static void ReduceSum(GradientStep step) => step.Give(0, () =>
    {
        GraphValue x = step.Input(0);
        if (step.Node.Attribute("keepdims", 1L) == 0 && step.Output.Rank > 0)
            throw new NotSupportedException("ReduceSum that drops some of its dimensions has no gradient rule.");
        return step.Graph.Node("Expand", [step.Gradient, step.Graph.ShapeOf(x)], x.Type, [.. x.Shape]);
    });
}
