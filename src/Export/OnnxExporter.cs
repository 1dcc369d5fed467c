using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Writes models as ONNX files.</summary>
public static class OnnxExporter
{
    /// <summary>
    /// Writes an inference graph with padded [batch, sequence] inputs, both sizes free, and raw logits: <c>logits</c>
    /// [batch, labels] for classification; <c>start_logits</c> and <c>end_logits</c> [batch, sequence] for question
    /// answering; <c>last_hidden_state</c> and <c>pooler_output</c> without a head.
    /// </summary>
    /// <param name="parameters">The model.</param>
    /// <param name="path">The file, written whole or not at all.</param>
    /// <param name="options">Names and operators; Hugging Face's names and ONNX's own operators where it is null.</param>
    /// <exception cref="BertMLNetException">The file cannot be written, or the head has no inference graph.</exception>
    public static void Export(ParameterSet parameters, string path, ExportOptions? options = null)
    {
        GraphBuilder graph = Build(parameters, options ?? new());
        AtomicFile.Write(path, stream => OnnxModelWriter.Write(graph, stream, Metadata(parameters)));
    }

    /// <summary>Builds the inference graph in memory; see <see cref="Export"/>.</summary>
    public static GraphBuilder Build(ParameterSet parameters, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Precision: GraphPrecision.Half, Operators: GraphOperators.Fused })
            throw new BertMLNetException("A half-precision graph is made of standard operators; ask for one or the other.");
        var graph = new GraphBuilder();
        PaddedBert bert = options switch
        {
            { Precision: GraphPrecision.Int8 } => new QuantizedBert(graph, parameters, options.Names),
            { Precision: GraphPrecision.Half } => new PaddedBert(graph, parameters, options.Names, ElementType.Float16),
            { Operators: GraphOperators.Fused } => new FusedBert(graph, parameters, options.Names),
            _ => new PaddedBert(graph, parameters, options.Names),
        };
        switch (parameters.Head)
        {
            case TaskHead.PairClassification:
                graph.Output(TensorNames.Logits, Widened(bert.ClassifierLogits()));
                break;
            case TaskHead.QuestionAnswering:
                GraphValue spans = Widened(bert.SpanLogits());                          // [batch, sequence, 2]
                graph.Output(TensorNames.StartLogits, graph.Gather(spans, graph.Integer(0), axis: 2));
                graph.Output(TensorNames.EndLogits, graph.Gather(spans, graph.Integer(1), axis: 2));
                break;
            case TaskHead.None:
                GraphValue hidden = bert.Encode(firstTokenOnly: false);                 // [batch, sequence, H]
                graph.Output(TensorNames.LastHiddenState, Widened(hidden));
                graph.Output(TensorNames.PoolerOutput, Widened(bert.Pooled(hidden)));
                break;
            default:
                throw new BertMLNetException($"A model with the head {parameters.Head} has no inference graph; fine-tune it for a task first.");
        }
        return graph;

        // Results leave in single precision whatever the graph computes in, so that every caller reads them alike.
        GraphValue Widened(GraphValue x) => x.Type == ElementType.Float ? x : graph.Cast(x, ElementType.Float);
    }

    /// <summary>What a reader of the file may want to know of the model.</summary>
    private static Dictionary<string, string> Metadata(ParameterSet parameters) => new()
    {
        ["hidden_size"] = parameters.Config.HiddenSize.ToString(CultureInfo.InvariantCulture),
        ["num_attention_heads"] = parameters.Config.NumAttentionHeads.ToString(CultureInfo.InvariantCulture),
        ["num_hidden_layers"] = parameters.Config.NumHiddenLayers.ToString(CultureInfo.InvariantCulture),
    };
}
