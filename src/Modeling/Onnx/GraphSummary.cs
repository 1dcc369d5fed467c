namespace BertMLNet.Modeling;

/// <summary>What an ONNX graph holds, whoever wrote it.</summary>
internal sealed record GraphSummary
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
        OnnxModel model = OnnxFile.Read(path);
        HashSet<string> constants = [.. model.Graph.Constants.Select(tensor => tensor.Name)];
        return new()
        {
            Path = path,
            IrVersion = model.IrVersion,
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            Opsets = [.. model.Opsets.Select(set => KeyValuePair.Create(set.Domain.Length == 0 ? "ai.onnx" : set.Domain, set.Version))],
            // Before version 4 of the format constants had to be named as inputs, too.
            Inputs = [.. model.Graph.Inputs.Where(input => !constants.Contains(input.Name))],
            Outputs = [.. model.Graph.Outputs],
            Operators =
            [
                .. NodesOf(model.Graph).GroupBy(node => node.Domain is "" or "ai.onnx" ? node.Operator : $"{node.Domain}.{node.Operator}")
                    .Select(group => KeyValuePair.Create(group.Key, group.Count()))
                    .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal),
            ],
            Tensors = [.. model.Graph.Constants.Select(tensor => KeyValuePair.Create(tensor.Name, Describe(path, tensor)))],
        };
    }

    private static IEnumerable<OnnxNode> NodesOf(OnnxGraph graph) => graph.Nodes.Concat(
        graph.Nodes.SelectMany(node => node.Attributes).Select(attribute => attribute.Graph).OfType<OnnxGraph>().SelectMany(NodesOf));

    private static TensorInfo Describe(string path, OnnxConstant tensor) => CheckpointChecks.CountOf([.. tensor.Dimensions]) is null
        ? throw new BertMLNetException($"{path}: constant '{tensor.Name}' claims the shape [{tensor.Shape}].")
        : new(GraphPort.NameOf(tensor.Type), [.. tensor.Dimensions], tensor.ByteCount(path));
}

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">
/// Its element type as ONNX names it, in upper case: <c>FLOAT</c>, <c>INT64</c>, <c>STRING</c>; empty where it is no tensor.
/// </param>
/// <param name="Shape">
/// Its dimensions: a number, the name of a size that each run may choose, or <c>?</c>; null where any number of them will do.
/// </param>
internal sealed record GraphPort(string Name, string Type, IReadOnlyList<string>? Shape)
{
    internal static string NameOf(ElementType type) => type.ToString().ToUpperInvariant();
}
