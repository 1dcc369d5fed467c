using System.Globalization;
using BertMLNet.Export.Onnx;

namespace BertMLNet.Export;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type as ONNX names it, in upper case: <c>FLOAT</c>, <c>INT64</c>, <c>STRING</c>; empty where it is no tensor.</param>
/// <param name="Shape">Its dimensions: a number, the name of a size that each run may choose, or <c>?</c>; null where any number of them will do.</param>
public sealed record GraphPort(string Name, string Type, IReadOnlyList<string>? Shape)
{
    internal static GraphPort Of(ValueInfoProto value) => new(
        value.Name,
        value.Type?.TensorType is { } tensor ? NameOf(tensor.ElemType) : "",
        value.Type?.TensorType?.Shape?.Dim.Select(TextOf).ToArray());

    internal static string NameOf(int elementType) => ((ElementType)elementType).ToString().ToUpperInvariant();

    private static string TextOf(TensorShapeProto.Types.Dimension dimension) => dimension switch
    {
        { DimParam.Length: > 0 } => dimension.DimParam,
        { ValueCase: TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue } => dimension.DimValue.ToString(CultureInfo.InvariantCulture),
        _ => "?",
    };
}
