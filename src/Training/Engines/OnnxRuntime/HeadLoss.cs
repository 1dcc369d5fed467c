using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Each loss as a function of graph values: from a branch's result to a scalar.</summary>
internal static class HeadLoss
{
    /// <summary>Writes the forward pass and the loss, a scalar: the weighted sum of the examples' losses, of all branches.</summary>
    public static GraphValue Write(GraphBuilder graph, PackedBert bert, Head head) =>
        bert.Run(head).ToArray().Select(branch => Loss(graph, bert, branch.Branch.Loss, branch.Result)).Aggregate(graph.Add);

    private static GraphValue Loss(GraphBuilder graph, PackedBert bert, Loss? loss, GraphValue logits) => loss switch
    {
        // The examples' weighted cross-entropies, summed; the scale is in the targets. [batch, labels]
        Modeling.Loss.CrossEntropy => CrossEntropy(graph, logits, graph.Input(LossInputs.ClassTargets, ElementType.Float, [.. logits.Shape])),
        Modeling.Loss.Spans => Spans(graph, bert.SpansByExample(logits)),
        // The masked tokens' cross-entropies, summed; the scale is in the targets. [masked, vocabulary]
        Modeling.Loss.MaskedTokens => CrossEntropy(graph, logits, graph.Input(LossInputs.MaskedTargets, ElementType.Float, [.. logits.Shape])),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "This head has no loss."),
    };

    /// <summary>[batch, 2, longest].</summary>
    private static GraphValue Spans(GraphBuilder graph, GraphValue spans)
    {
        GraphValue bias = graph.Input(LossInputs.SpanBias, ElementType.Float, PackedInputs.Batch, 1, PackedInputs.Longest);
        GraphValue targets = graph.Input(LossInputs.SpanTargets, ElementType.Float, [.. spans.Shape]);
        return CrossEntropy(graph, graph.Add(spans, bias), targets);
    }

    /// <summary>-Σ targets · log softmax(logits).</summary>
    private static GraphValue CrossEntropy(GraphBuilder graph, GraphValue logits, GraphValue targets)
    {
        graph.EnterScope("loss");
        return graph.Neg(graph.ReduceSum(graph.Mul(graph.LogSoftmax(logits), targets), [], keepDimensions: false));
    }
}
