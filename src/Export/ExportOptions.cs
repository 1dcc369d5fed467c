namespace BertMLNet.Export;

/// <summary>What kind of graph to write.</summary>
public sealed record ExportOptions
{
    /// <summary>The names and the integer type of the inputs.</summary>
    public TensorNames Names { get; init; } = TensorNames.HuggingFace;

    /// <summary>What weights are stored and results computed in.</summary>
    public GraphPrecision Precision { get; init; } = GraphPrecision.Single;

    /// <summary>ONNX's own operators, which every runtime has, or ONNX Runtime's fused ones; int8 graphs always have those.</summary>
    public GraphOperators Operators { get; init; } = GraphOperators.Standard;
}
