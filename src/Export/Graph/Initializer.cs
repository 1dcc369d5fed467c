namespace BertMLNet.Export;

/// <summary>A constant of a graph.</summary>
/// <param name="Value">Name, type and (fixed) shape.</param>
/// <param name="Data">The elements, row-major and little-endian, as ONNX's <c>raw_data</c>. The memory is not copied.</param>
public sealed record Initializer(GraphValue Value, ReadOnlyMemory<byte> Data);
