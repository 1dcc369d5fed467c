using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Each loss as one function of graph values: from a branch's result to a scalar, the weighted sum of a batch's losses.</summary>
/// <remarks>The weights and the scale are in the targets.</remarks>
internal static class GraphLosses
{
    private delegate GraphValue LossFunction(GraphBuilder graph, GraphValue logits, PackedInputs inputs);

    private static readonly Dictionary<Loss, LossFunction> Functions = new()
    {
        [Loss.CrossEntropy] = (graph, logits, inputs) => CrossEntropy(graph, logits, inputs.ClassTargets(logits)),
        [Loss.BinaryCrossEntropy] = BinaryCrossEntropy,
        [Loss.MeanSquaredError] = SquaredError,
        [Loss.Spans] = Spans,
        [Loss.Tokens] = (graph, logits, inputs) => CrossEntropy(graph, logits, inputs.TokenTargets(logits)),
        [Loss.MaskedTokens] = (graph, logits, inputs) => CrossEntropy(graph, logits, inputs.MaskedTargets(logits)),
    };

    /// <summary>The losses that there is a function for.</summary>
    public static IReadOnlyCollection<Loss> Known => Functions.Keys;

    /// <summary>Writes a model's forward pass and the sum of its branches' losses.</summary>
    public static GraphValue Write(GraphBuilder graph, PackedBert bert, Head head)
    {
        if (head.Branches.Any(branch => branch.Loss is null))
            throw new ArgumentOutOfRangeException(nameof(head), head, "This head has no loss.");
        (Branch Branch, GraphValue Result)[] branches = [.. bert.Run(head)];
        graph.EnterScope("loss");
        return branches.Select(branch => Functions[branch.Branch.Loss!.Value](graph, branch.Result, bert.Inputs)).Aggregate(graph.Add);
    }

    /// <summary>-Σ targets · log softmax(logits).</summary>
    private static GraphValue CrossEntropy(GraphBuilder graph, GraphValue logits, GraphValue targets) =>
        graph.Neg(Sum(graph, graph.Mul(graph.LogSoftmax(logits), targets)));

    /// <summary>
    /// Σ weights · (log(1 + e^x) - x · targets), which is -log σ(x) for a label that is there and -log σ(-x) for one that is not;
    /// logits [batch, labels].
    /// </summary>
    private static GraphValue BinaryCrossEntropy(GraphBuilder graph, GraphValue logits, PackedInputs inputs)
    {
        GraphValue losses = graph.Sub(graph.Softplus(logits), graph.Mul(logits, inputs.LabelTargets(logits)));
        return Sum(graph, graph.Mul(losses, inputs.LabelWeights(logits)));
    }

    /// <summary>Σ weights · (x - targets)²; logits [batch, 1].</summary>
    private static GraphValue SquaredError(GraphBuilder graph, GraphValue logits, PackedInputs inputs)
    {
        if (!logits.Shape[^1].IsOne)
        {
            throw new BertMLNetException(
                $"config: a model that gives a value has one label, and this one has {logits.Shape[^1]}; name one in id2label.");
        }
        GraphValue difference = graph.Sub(logits, inputs.ValueTargets);
        return Sum(graph, graph.Mul(graph.Mul(difference, difference), inputs.ValueWeights));
    }

    /// <summary>Cross-entropy over each example's allowed tokens, half for the start and half for the end; logits [tokens, 2].</summary>
    private static GraphValue Spans(GraphBuilder graph, GraphValue logits, PackedInputs inputs)
    {
        GraphValue flat = graph.Reshape(logits, "tokens_by_two");
        // [batch, 2, longest]
        GraphValue spans = graph.MoveRows(flat, inputs.SpansFromTokens, inputs.TokensFromSpans, hasAbsentRows: false);
        return CrossEntropy(graph, graph.Add(spans, inputs.SpanBias), inputs.SpanTargets);
    }

    private static GraphValue Sum(GraphBuilder graph, GraphValue x) => graph.ReduceSum(x, [], keepDimensions: false);
}
