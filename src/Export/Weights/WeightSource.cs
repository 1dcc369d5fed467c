using BertMLNet.Export.Onnx;

namespace BertMLNet.Export;

/// <summary>The constant of a graph that holds a parameter.</summary>
/// <param name="Tensor">The constant.</param>
/// <param name="Transposed">Whether it is a linear layer's weight stored as [in, out].</param>
internal sealed record WeightSource(TensorProto Tensor, bool Transposed);
