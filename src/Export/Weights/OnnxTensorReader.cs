using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using Google.Protobuf.Collections;

namespace BertMLNet.Export;

/// <summary>Reads the elements of a graph's floating-point constants, inside the file or in a file beside it.</summary>
internal sealed class OnnxTensorReader(string path)
{
    /// <summary>The element type by safetensors' name and its size in bytes.</summary>
    public static (string Name, int Size) ElementOf(TensorProto tensor) => (ElementType)tensor.DataType switch
    {
        ElementType.Float => ("F32", 4),
        ElementType.Float16 => ("F16", 2),
        ElementType.BFloat16 => ("BF16", 2),
        ElementType.Double => ("F64", 8),
        var type => (type.ToString(), 0),
    };

    /// <summary>Reads every element, widened to single precision.</summary>
    public void Read(TensorProto tensor, Span<float> destination)
    {
        (string type, int size) = ElementOf(tensor);
        if (size == 0)
            throw new BertMLNetException($"{path}: constant '{tensor.Name}' is of type {type}; expected 32-, 16- or 64-bit floating point.");
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            ReadExternal(tensor, type, destination);
        }
        else if (!tensor.RawData.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = tensor.RawData.Span;
            CheckCount(tensor, bytes.Length / size, destination.Length);
            ElementTypes.Widen(type, bytes[..(destination.Length * size)], destination);
        }
        else
        {
            ReadTyped(tensor, destination);
        }
    }

    /// <summary>Reads elements that are written one by one. The format keeps the bits of the 16-bit types in integers.</summary>
    private void ReadTyped(TensorProto tensor, Span<float> destination)
    {
        switch ((ElementType)tensor.DataType)
        {
            case ElementType.Float:
                Copy(tensor, tensor.FloatData, value => value, destination);
                break;
            case ElementType.Double:
                Copy(tensor, tensor.DoubleData, value => (float)value, destination);
                break;
            case ElementType.Float16:
                Copy(tensor, tensor.Int32Data, bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits), destination);
                break;
            default:
                Copy(tensor, tensor.Int32Data, bits => BitConverter.Int32BitsToSingle(bits << 16), destination);
                break;
        }
    }

    private void Copy<T>(TensorProto tensor, RepeatedField<T> source, Func<T, float> convert, Span<float> destination)
    {
        CheckCount(tensor, source.Count, destination.Length);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = convert(source[i]);
    }

    private void CheckCount(TensorProto tensor, long actual, long expected)
    {
        if (actual != expected)
            throw new BertMLNetException($"{path}: constant '{tensor.Name}' holds {actual} elements, expected {expected} of its shape [{string.Join(", ", tensor.Dims)}].");
    }

    /// <summary>Reads weights that lie in another file, which must be in the graph's own folder.</summary>
    private void ReadExternal(TensorProto tensor, string type, Span<float> destination)
    {
        long offset = ExternalData.Number(path, tensor.Name, "offset", ExternalData.Entry(tensor, "offset")) ?? 0;
        using var file = new TensorFile(ExternalData.PathOf(path, tensor.Name, ExternalData.Entry(tensor, "location") ?? ""));
        file.ReadFloats(offset, type, destination, $"constant '{tensor.Name}'");
    }
}
