using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>Writes <c>.safetensors</c> files tensor by tensor, so that no more than one tensor need be in memory.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkElements = 1 << 18;

    /// <summary>
    /// Writes the file, whole or not at all, in the given order, with <c>format: pt</c> in its metadata, as Hugging Face's
    /// library asks. The same tensors give the same bytes.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Every tensor's name and shape.</param>
    /// <param name="read">
    /// Gives a tensor's values, row-major, in the order of <paramref name="tensors"/>; valid until the next call.
    /// </param>
    /// <param name="elementType">F32, F16 or BF16.</param>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, int[] Shape)> tensors,
        Func<string, ReadOnlyMemory<float>> read,
        string elementType = "F32")
    {
        if (elementType is not ("F32" or "F16" or "BF16"))
            throw new ArgumentException($"Tensors are not written as '{elementType}'.", nameof(elementType));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(tensors, elementType));
            using var buffer = new Rented<byte>(ChunkElements * 4);
            foreach ((string name, int[] shape) in tensors)
            {
                ReadOnlySpan<float> values = read(name).Span;
                if (values.Length != CountOf(shape))
                {
                    throw new ArgumentException(
                        $"Tensor '{name}' has {values.Length} elements, its shape has {CountOf(shape)}.", nameof(read));
                }
                WriteValues(stream, values, elementType, buffer.Span);
            }
        });
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values, string elementType, Span<byte> buffer)
    {
        int size = ElementTypes.SizeOf(elementType);
        while (!values.IsEmpty)
        {
            ReadOnlySpan<float> chunk = values[..Math.Min(values.Length, ChunkElements)];
            Span<byte> bytes = buffer[..(chunk.Length * size)];
            ElementTypes.Narrow(elementType, chunk, bytes);
            stream.Write(bytes);
            values = values[chunk.Length..];
        }
    }

    private static byte[] Header(IReadOnlyList<(string Name, int[] Shape)> tensors, string elementType)
    {
        using var header = new MemoryStream();
        header.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, int[] shape) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", elementType);
                json.WriteStartArray("shape");
                foreach (int size in shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += CountOf(shape) * ElementTypes.SizeOf(elementType));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Readers map the file: spaces after the header keep the data aligned.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        byte[] bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
        return bytes;
    }

    private static long CountOf(int[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
