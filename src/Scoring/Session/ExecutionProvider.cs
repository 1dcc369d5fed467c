namespace BertMLNet.Scoring;

/// <summary>What ONNX Runtime computes on.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through CUDA.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU through TensorRT; what TensorRT cannot do runs on CUDA.</summary>
    TensorRt,

    /// <summary>A GPU through DirectML, on Windows.</summary>
    DirectML,

    /// <summary>Apple's accelerators through Core ML.</summary>
    CoreML,
}
