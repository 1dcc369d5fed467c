using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>What an ONNX graph holds, whoever wrote it.</summary>
public sealed record GraphSummary
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The version of the format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>What wrote it; empty where it does not say.</summary>
    public required string Producer { get; init; }

    /// <summary>The operator sets, by domain, that its operators are defined in; ONNX's own is <c>ai.onnx</c>.</summary>
    public required IReadOnlyList<KeyValuePair<string, long>> Opsets { get; init; }

    /// <summary>What a run takes.</summary>
    public required IReadOnlyList<GraphPort> Inputs { get; init; }

    /// <summary>What a run gives.</summary>
    public required IReadOnlyList<GraphPort> Outputs { get; init; }

    /// <summary>How often each operator occurs, those within loops and branches too, the most frequent first.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> Operators { get; init; }

    /// <summary>The constants, in the file's order; element types have ONNX's names, as in <see cref="GraphPort.Type"/>.</summary>
    public required IReadOnlyList<KeyValuePair<string, TensorInfo>> Tensors { get; init; }

    /// <summary>Whether a path is read as a graph: it names a file <c>*.onnx</c>.</summary>
    public static bool IsGraph(string path) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Reads the file.</summary>
    /// <exception cref="BertMLNetException">The file is missing, damaged, or not an ONNX model.</exception>
    public static GraphSummary Read(string path)
    {
        ModelProto model = OnnxFile.Read(path);
        HashSet<string> constants = [.. model.Graph.Initializer.Select(tensor => tensor.Name)];
        return new()
        {
            Path = path,
            IrVersion = model.IrVersion,
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            Opsets = [.. model.OpsetImport.Select(set => KeyValuePair.Create(set.Domain.Length == 0 ? "ai.onnx" : set.Domain, set.Version))],
            // Before version 4 of the format constants had to be named as inputs, too.
            Inputs = [.. model.Graph.Input.Where(input => !constants.Contains(input.Name)).Select(GraphPort.Of)],
            Outputs = [.. model.Graph.Output.Select(GraphPort.Of)],
            Operators =
            [
                .. NodesOf(model.Graph).GroupBy(node => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}")
                    .Select(group => KeyValuePair.Create(group.Key, group.Count()))
                    .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal),
            ],
            Tensors = [.. model.Graph.Initializer.Select(tensor => KeyValuePair.Create(tensor.Name, Describe(path, tensor)))],
        };
    }

    private static IEnumerable<NodeProto> NodesOf(GraphProto graph) => graph.Node.Concat(
        graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null).SelectMany(attribute => NodesOf(attribute.G)));

    private static TensorInfo Describe(string path, TensorProto tensor)
    {
        if (CheckpointChecks.CountOf([.. tensor.Dims]) is null)
            throw new BertMLNetException($"{path}: constant '{tensor.Name}' claims the shape [{string.Join(", ", tensor.Dims)}].");
        long external = ExternalData.Number(path, tensor.Name, "length", ExternalData.Entry(tensor, "length")) ?? 0;
        long bytes = tensor.RawData.Length + external
            + sizeof(float) * ((long)tensor.FloatData.Count + tensor.Int32Data.Count)
            + sizeof(long) * ((long)tensor.Int64Data.Count + tensor.DoubleData.Count)
            + tensor.StringData.Sum(text => (long)text.Length);
        return new(GraphPort.NameOf(tensor.DataType), [.. tensor.Dims], bytes);
    }
}
