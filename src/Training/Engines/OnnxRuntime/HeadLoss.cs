using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Each head's logits and loss in a packed graph.</summary>
internal static class HeadLoss
{
    /// <summary>The name of the logits among the evaluation graph's outputs.</summary>
    public const string Logits = "logits";

    /// <summary>Writes the forward pass and the loss, a scalar: the weighted sum of the examples' cross-entropies.</summary>
    public static GraphValue Write(GraphBuilder graph, PackedBert bert, TaskHead head)
    {
        switch (head)
        {
            case TaskHead.PairClassification:
                GraphValue classes = bert.ClassifierLogits();                           // [batch, labels]
                return CrossEntropy(graph, classes, graph.Input(LossInputs.ClassTargets, ElementType.Float, [.. classes.Shape]));
            case TaskHead.QuestionAnswering:
                GraphValue spans = bert.SpanLogitsByExample();                          // [batch, 2, longest]
                GraphValue bias = graph.Input(LossInputs.SpanBias, ElementType.Float, PackedInputs.Batch, 1, PackedInputs.Longest);
                GraphValue targets = graph.Input(LossInputs.SpanTargets, ElementType.Float, [.. spans.Shape]);
                return CrossEntropy(graph, graph.Add(spans, bias), targets);
            case TaskHead.MaskedLanguageModel:
                GraphValue tokens = bert.MaskedTokenLogits();                           // [masked, vocabulary]
                return CrossEntropy(graph, tokens, graph.Input(LossInputs.MaskedTargets, ElementType.Float, [.. tokens.Shape]));
            default:
                throw new ArgumentOutOfRangeException(nameof(head), head, "This head has no loss.");
        }
    }

    /// <summary>Writes the forward pass for evaluation; the logits are shaped as <see cref="ITrainingEngine.Forward"/> returns them.</summary>
    public static GraphValue WriteLogits(GraphBuilder graph, PackedBert bert, TaskHead head) => head switch
    {
        TaskHead.PairClassification => bert.ClassifierLogits(),
        TaskHead.QuestionAnswering => bert.SpanLogits(),
        TaskHead.MaskedLanguageModel => bert.MaskedTokenLogits(),
        _ => throw new ArgumentOutOfRangeException(nameof(head), head, "This head has no logits."),
    };

    /// <summary>-Σ targets · log softmax(logits).</summary>
    private static GraphValue CrossEntropy(GraphBuilder graph, GraphValue logits, GraphValue targets)
    {
        graph.EnterScope("loss");
        return graph.Neg(graph.ReduceSum(graph.Mul(graph.LogSoftmax(logits), targets), [], keepDimensions: false));
    }
}
