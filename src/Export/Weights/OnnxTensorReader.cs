using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;

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
        if (tensor.FloatData.Count > 0 && tensor.DataType == (int)ElementType.Float)
        {
            CheckCount(tensor, tensor.FloatData.Count, destination.Length);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = tensor.FloatData[i];
            return;
        }
        ReadOnlySpan<byte> bytes = tensor.DataLocation == TensorProto.Types.DataLocation.External
            ? ReadExternal(tensor, (long)destination.Length * size)
            : tensor.RawData.Span;
        CheckCount(tensor, bytes.Length / size, destination.Length);
        ElementTypes.Widen(type, bytes[..(destination.Length * size)], destination);
    }

    private void CheckCount(TensorProto tensor, long actual, long expected)
    {
        if (actual != expected)
            throw new BertMLNetException($"{path}: constant '{tensor.Name}' holds {actual} elements, expected {expected} of its shape [{string.Join(", ", tensor.Dims)}].");
    }

    /// <summary>Reads weights that lie in another file, which must be in the graph's own folder.</summary>
    private byte[] ReadExternal(TensorProto tensor, long size)
    {
        string file = ExternalData.PathOf(path, tensor.Name, Entry(tensor, "location") ?? "");
        _ = long.TryParse(Entry(tensor, "offset"), System.Globalization.CultureInfo.InvariantCulture, out long offset);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (offset < 0 || size > stream.Length - offset)
                throw new BertMLNetException($"{file}: constant '{tensor.Name}' lies at bytes {offset} to {offset + size}, but the file has {stream.Length}.");
            byte[] bytes = new byte[size];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{file}: the weights of '{tensor.Name}' cannot be read: {exception.Message}", exception);
        }
    }

    private static string? Entry(TensorProto tensor, string key) =>
        tensor.ExternalData.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal))?.Value;
}
