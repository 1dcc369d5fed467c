namespace BertMLNet.Training;

/// <summary>Where and how the TorchSharp engine computes.</summary>
public sealed record TorchSharpOptions
{
    /// <summary>What to compute on.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>
    /// Computes matrix products in bfloat16; parameters, gradients, residual sums, normalisation, softmax and the loss
    /// stay in single precision. Meant for CUDA devices that have it in hardware.
    /// </summary>
    public bool Bfloat16 { get; init; }
}
