using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>What kind of graph to write.</summary>
public sealed record ExportOptions
{
    /// <summary>The names and the integer type of the inputs.</summary>
    public TensorNames Names { get; init; } = TensorNames.HuggingFace;

    /// <summary>What the graph takes in place of ids, e.g. texts, which it tokenizes; null for ids.</summary>
    internal IGraphInputs? Inputs { get; init; }

    /// <summary>What weights are stored and results computed in.</summary>
    public GraphPrecision Precision { get; init; } = GraphPrecision.Single;

    /// <summary>ONNX's own operators, which every runtime has, or ONNX Runtime's fused ones; int8 graphs always have those.</summary>
    public GraphOperators Operators { get; init; } = GraphOperators.Standard;
}

/// <summary>What an inference graph takes in place of token ids, and what it gives beside the model's outputs.</summary>
internal interface IGraphInputs
{
    /// <summary>Adds the inputs, and what makes token sequences of them.</summary>
    /// <exception cref="BertMLNetException">The model cannot have such inputs.</exception>
    PaddedSequences AddTo(GraphBuilder graph, IParameterSource parameters);

    /// <summary>Adds further outputs beside one of the model's.</summary>
    void AddOutputs(GraphBuilder graph, GraphValue output, BertConfig config);
}

/// <summary>The operators that an exported graph is made of.</summary>
public enum GraphOperators
{
    /// <summary>ONNX's own operators only: runs everywhere.</summary>
    Standard,

    /// <summary>ONNX Runtime's fused operators where it has one: faster there, and runs nowhere else.</summary>
    Fused,
}

/// <summary>What an exported graph stores its weights and computes its products in.</summary>
public enum GraphPrecision
{
    /// <summary>32-bit floating point throughout.</summary>
    Single,

    /// <summary>16-bit floating point throughout, for GPUs; half the size. Logits leave as 32-bit.</summary>
    Half,

    /// <summary>
    /// Weights as 8-bit integers with one scale an output channel (an embedding row), activations quantized as they come;
    /// a quarter of the size. Runs in ONNX Runtime on the CPU.
    /// </summary>
    Int8,
}
