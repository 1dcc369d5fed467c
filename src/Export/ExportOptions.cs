namespace BertMLNet.Export;

/// <summary>What kind of graph to write.</summary>
public sealed record ExportOptions
{
    /// <summary>The names and the integer type of the inputs.</summary>
    public TensorNames Names { get; init; } = TensorNames.HuggingFace;

    /// <summary>ONNX's own operators, which every runtime has, or ONNX Runtime's fused ones.</summary>
    public GraphOperators Operators { get; init; } = GraphOperators.Standard;
}
