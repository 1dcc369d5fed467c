namespace BertMLNet.Export;

/// <summary>The operators that an exported graph is made of.</summary>
public enum GraphOperators
{
    /// <summary>ONNX's own operators only: runs everywhere.</summary>
    Standard,

    /// <summary>ONNX Runtime's fused operators where it has one: faster there, and runs nowhere else.</summary>
    Fused,
}
