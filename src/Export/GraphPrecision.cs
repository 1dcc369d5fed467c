namespace BertMLNet.Export;

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
