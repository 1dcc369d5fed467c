using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Each head's logits and loss in a packed graph.</summary>
internal static class HeadLoss
{
    /// <summary>The name of the logits among the evaluation graph's outputs.</summary>
    public const string Logits = "logits";

    /// <summary>The name of pre-training's sentence logits among the evaluation graph's outputs.</summary>
    public const string SentenceLogits = "sentence_logits";

    /// <summary>Writes the forward pass and the loss, a scalar: the weighted sum of the examples' cross-entropies.</summary>
    public static GraphValue Write(GraphBuilder graph, PackedBert bert, TaskHead head)
    {
        switch (head)
        {
            case TaskHead.PairClassification:
                return ClassLoss(graph, bert.ClassifierLogits());                       // [batch, labels]
            case TaskHead.QuestionAnswering:
                GraphValue spans = bert.SpanLogitsByExample();                          // [batch, 2, longest]
                GraphValue bias = graph.Input(LossInputs.SpanBias, ElementType.Float, PackedInputs.Batch, 1, PackedInputs.Longest);
                GraphValue targets = graph.Input(LossInputs.SpanTargets, ElementType.Float, [.. spans.Shape]);
                return CrossEntropy(graph, graph.Add(spans, bias), targets);
            case TaskHead.MaskedLanguageModel:
                return TokenLoss(graph, bert.MaskedTokenLogits());                      // [masked, vocabulary]
            case TaskHead.PreTraining:
                (GraphValue tokens, GraphValue sentences) = bert.PreTrainingLogits();   // [masked, vocabulary], [batch, 2]
                return graph.Add(TokenLoss(graph, tokens), ClassLoss(graph, sentences));
            default:
                throw new ArgumentOutOfRangeException(nameof(head), head, "This head has no loss.");
        }
    }

    /// <summary>Writes the forward pass for evaluation; the logits are shaped as <see cref="ITrainingEngine.Forward"/> returns them.</summary>
    public static void WriteLogits(GraphBuilder graph, PackedBert bert, TaskHead head)
    {
        if (head == TaskHead.PreTraining)
        {
            (GraphValue tokens, GraphValue sentences) = bert.PreTrainingLogits();
            graph.Output(Logits, tokens);
            graph.Output(SentenceLogits, sentences);
            return;
        }
        graph.Output(Logits, head switch
        {
            TaskHead.PairClassification => bert.ClassifierLogits(),
            TaskHead.QuestionAnswering => bert.SpanLogits(),
            TaskHead.MaskedLanguageModel => bert.MaskedTokenLogits(),
            _ => throw new ArgumentOutOfRangeException(nameof(head), head, "This head has no logits."),
        });
    }

    /// <summary>The masked tokens' cross-entropies, summed; the scale is in the targets.</summary>
    private static GraphValue TokenLoss(GraphBuilder graph, GraphValue tokens) =>
        CrossEntropy(graph, tokens, graph.Input(LossInputs.MaskedTargets, ElementType.Float, [.. tokens.Shape]));

    /// <summary>The examples' weighted cross-entropies, summed; the scale is in the targets.</summary>
    private static GraphValue ClassLoss(GraphBuilder graph, GraphValue classes) =>
        CrossEntropy(graph, classes, graph.Input(LossInputs.ClassTargets, ElementType.Float, [.. classes.Shape]));

    /// <summary>-Σ targets · log softmax(logits).</summary>
    private static GraphValue CrossEntropy(GraphBuilder graph, GraphValue logits, GraphValue targets)
    {
        graph.EnterScope("loss");
        return graph.Neg(graph.ReduceSum(graph.Mul(graph.LogSoftmax(logits), targets), [], keepDimensions: false));
    }
}
