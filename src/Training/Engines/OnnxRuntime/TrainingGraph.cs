using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>The graph of one training step: the packed forward pass with dropout, the head's loss, and every gradient.</summary>
internal sealed class TrainingGraph
{
    /// <summary>The name of the loss among the graph's outputs.</summary>
    public const string Loss = "loss";

    private TrainingGraph(GraphBuilder graph, PackedBert bert)
    {
        Graph = graph;
        Inputs = bert.Inputs;
        DropoutMasks = bert.DropoutMasks;
    }

    /// <summary>The graph, its inputs and outputs.</summary>
    public GraphBuilder Graph { get; }

    /// <summary>The inputs that depend on the batch.</summary>
    public PackedInputs Inputs { get; }

    /// <summary>The masks that each run is fed.</summary>
    public IReadOnlyList<DropoutMask> DropoutMasks { get; }

    /// <summary>The outputs that are whole gradients: output name by parameter name.</summary>
    public Dictionary<string, string> DenseGradients { get; } = [];

    /// <summary>The outputs that are gradients of looked-up rows.</summary>
    public List<RowGradientOutput> RowGradients { get; } = [];

    /// <summary>Writes the graph for a model.</summary>
    public static TrainingGraph Build(BertConfig config, Head head, IReadOnlyList<ParameterSpec> parameters)
    {
        var builder = new GraphBuilder();
        var bert = new PackedBert(builder, config, head, parameters, training: true);
        var graph = new TrainingGraph(builder, bert);
        GraphValue loss = GraphLosses.Write(builder, bert, head);

        GraphValue[] trainable = [.. parameters.Where(spec => spec.IsTrainable).Select(spec => bert.Parameters[spec.Name])];
        IReadOnlyDictionary<GraphValue, ParameterGradient> gradients = Differentiator.Differentiate(builder, loss, trainable);
        builder.Output(Loss, loss);
        foreach ((GraphValue parameter, ParameterGradient gradient) in gradients)
            graph.AddOutputs(parameter, gradient);
        builder.EnterScope("normalization");
        builder.Replace("LayerNormalization", WriteOutNormalization);
        return graph;

        IReadOnlyList<GraphValue> WriteOutNormalization(GraphNode node)
        {
            (GraphValue output, GraphValue mean, GraphValue inverseDeviation) = builder.WrittenOutLayerNormalization(
                node.Inputs[0]!, node.Inputs[1]!, node.Inputs[2]!, node.Attribute("epsilon", 1e-5f));
            return [output, mean, inverseDeviation];
        }
    }

    private void AddOutputs(GraphValue parameter, ParameterGradient gradient)
    {
        if (gradient.Dense is { } dense)
            DenseGradients[parameter.Name] = Graph.Output($"gradient_of_{parameter.Name}", dense).Name;
        foreach (RowGradient rows in gradient.Rows)
        {
            string output = Graph.Output($"row_gradient_of_{parameter.Name}", rows.Gradient).Name;
            RowGradients.Add(new(parameter.Name, rows.Indices, output));
        }
    }
}

/// <summary>An output of the training graph that holds gradients of single rows.</summary>
/// <param name="Parameter">The table.</param>
/// <param name="Indices">The graph input that says which rows were read.</param>
/// <param name="Output">The rows' gradients, [n, width].</param>
internal sealed record RowGradientOutput(string Parameter, GraphValue Indices, string Output);
