namespace BertMLNet.Export;

/// <summary>A linear layer found in a graph: a Gemm, or a MatMul with the Add of a bias.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Output">The name of the value that the layer computes.</param>
internal sealed record LinearLayer(WeightSource Weight, WeightSource Bias, string Output);
