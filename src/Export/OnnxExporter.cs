using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Writes models as ONNX files.</summary>
public static class OnnxExporter
{
    /// <summary>
    /// Writes an inference graph with padded [batch, sequence] inputs, both sizes free, and raw logits: <c>logits</c>
    /// [batch, labels] for classification; <c>start_logits</c> and <c>end_logits</c> [batch, sequence] for question
    /// answering; <c>last_hidden_state</c> and <c>pooler_output</c> without a head. It may take other
    /// inputs, such as texts; see <see cref="ExportOptions.Inputs"/>.
    /// </summary>
    /// <param name="parameters">The model; its weights are read one after another.</param>
    /// <param name="path">The file, written whole or not at all.</param>
    /// <param name="options">Names and operators; Hugging Face's names and ONNX's own operators where it is null.</param>
    /// <param name="progress">Told after every constant.</param>
    /// <param name="cancellationToken">Stops between constants; no file is left behind.</param>
    /// <exception cref="BertMLNetException">
    /// The file cannot be written, the weights are too large for one, or the head has no such graph.
    /// </exception>
    public static void Export(
        IParameterSource parameters,
        string path,
        ExportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        options ??= new();
        CheckSize(parameters.Specs, options.Precision, path);
        GraphBuilder graph = Build(parameters, options);
        AtomicFile.Write(path, stream => OnnxModelWriter.Write(graph, stream, Metadata(parameters), progress, cancellationToken));
    }

    /// <summary>Writes the graphs that a model folder has in it, <see cref="GraphsOf"/>; see <see cref="Export"/>.</summary>
    /// <returns>Their paths.</returns>
    /// <exception cref="BertMLNetException">
    /// A file cannot be written, the weights are too large for one, or the head has no graph.
    /// </exception>
    public static IReadOnlyList<string> ExportFolder(
        IParameterSource parameters,
        ModelFolder folder,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<(string Path, GraphOperators Operators)> graphs = GraphsOf(folder);
        foreach ((int i, (string path, GraphOperators operators)) in graphs.Index())
        {
            var options = new ExportOptions { Operators = operators };
            Export(parameters, path, options, PartProgress.Of(progress, i, i + 1, graphs.Count), cancellationToken);
        }
        return [.. graphs.Select(graph => graph.Path)];
    }

    /// <summary>
    /// The graphs in single precision that a model folder has: in ONNX's own operators, and in ONNX Runtime's fused ones.
    /// </summary>
    public static IReadOnlyList<(string Path, GraphOperators Operators)> GraphsOf(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return [(folder.OnnxPath, GraphOperators.Standard), (folder.OptimizedOnnxPath, GraphOperators.Fused)];
    }

    /// <summary>Whether models with this head have an inference graph: those that predict tokens are there to be fine-tuned.</summary>
    public static bool HasGraph(Head head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return !head.ReadsMaskedTokens;
    }

    /// <summary>Builds the inference graph in memory; see <see cref="Export"/>.</summary>
    internal static GraphBuilder Build(IParameterSource parameters, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Precision: GraphPrecision.Half, Operators: GraphOperators.Fused })
            throw new BertMLNetException("A half-precision graph is made of standard operators; ask for one or the other.");
        var graph = new GraphBuilder();
        PaddedSequences sequences = options.Inputs?.AddTo(graph, parameters)
            ?? PaddedSequences.AddInputs(graph, options.Names, parameters.Config.Encoder);
        if (!HasGraph(parameters.Head))
            throw new BertMLNetException($"A model with the head {parameters.Head} has no inference graph; fine-tune it for a task first.");
        PaddedBert bert = options switch
        {
            { Precision: GraphPrecision.Int8 } => new QuantizedBert(graph, parameters, sequences),
            { Precision: GraphPrecision.Half } => new PaddedBert(graph, parameters, sequences, ElementType.Float16),
            { Operators: GraphOperators.Fused } => new FusedBert(graph, parameters, sequences),
            _ => new PaddedBert(graph, parameters, sequences),
        };
        foreach ((Branch branch, GraphValue result) in bert.Run(parameters.Head))
        {
            foreach ((string name, GraphValue value) in bert.Outputs(branch, Widened(result)))
            {
                GraphValue output = graph.Output(name, value);
                options.Inputs?.AddOutputs(graph, output, parameters.Config);
            }
        }
        return graph;

        // Results leave in single precision whatever the graph computes in, so that every caller reads them alike.
        GraphValue Widened(GraphValue x) => x.Type == ElementType.Float ? x : graph.Cast(x, ElementType.Float);
    }

    /// <summary>Refuses weights that no file can hold before memory is taken for them.</summary>
    internal static void CheckSize(IReadOnlyList<ParameterSpec> parameters, GraphPrecision precision, string path)
    {
        int elementSize = precision switch { GraphPrecision.Single => 4, GraphPrecision.Half => 2, _ => 1 };
        long size = parameters.Sum(parameter => (long)parameter.Count * elementSize);
        if (size > OnnxModelWriter.LargestConstants)
        {
            throw new BertMLNetException(
                $"{path}: the weights take {size} bytes, and an ONNX file has room for {OnnxModelWriter.LargestConstants}; "
                + "export in a smaller precision (fp16, int8), or import without graphs (option no-onnx).");
        }
    }

    /// <summary>What a reader of the file may want to know of the model.</summary>
    private static Dictionary<string, string> Metadata(IParameterSource parameters) => new()
    {
        ["hidden_size"] = parameters.Config.HiddenSize.ToString(CultureInfo.InvariantCulture),
        ["num_attention_heads"] = parameters.Config.NumAttentionHeads.ToString(CultureInfo.InvariantCulture),
        ["num_hidden_layers"] = parameters.Config.NumHiddenLayers.ToString(CultureInfo.InvariantCulture),
    };
}
