using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BertMLNet.Parity;

/// <summary>Lists the tensors of files that BertMLNet writes, each with a hash of its values.</summary>
internal static class TensorFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tensors of a safetensors file in their order; null where it is none.</summary>
    public static string? Safetensors(byte[] file)
    {
        if (ReadHeader(file, at: 0) is not { } header)
            return null;
        var text = new StringBuilder();
        if (header.Json["__metadata__"] is { } metadata)
            text.Append($"metadata {metadata.ToJsonString()}\n");
        try
        {
            foreach ((string name, JsonNode? tensor) in header.Json.Where(entry => entry.Key != "__metadata__").OrderBy(entry =>
                (long)entry.Value!["data_offsets"]![0]!))
            {
                int begin = header.End + (int)(long)tensor!["data_offsets"]![0]!, end = header.End + (int)(long)tensor["data_offsets"]![1]!;
                string hash = FileDescription.Hash(file.AsSpan(begin, end - begin));
                text.Append($"{name} {tensor["dtype"]} {tensor["shape"]!.ToJsonString()} {hash}\n");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or NullReferenceException or InvalidOperationException)
        {
            return null;
        }
        return text.Append($"the whole file: {file.Length} bytes, {FileDescription.Hash(file)}\n").ToString();
    }

    /// <summary>The header and the tensors of a training state; null where it is none.</summary>
    public static string? TrainingState(byte[] file)
    {
        if (!file.AsSpan().StartsWith("BMNCKPT1"u8) || ReadHeader(file, at: 8) is not { } header)
            return null;
        var text = new StringBuilder(header.Json["State"]!.ToJsonString(Indented)).Append('\n');
        int begin = header.End;
        foreach (JsonNode? tensor in header.Json["Tensors"]!.AsArray())
        {
            int length = 4 * (int)tensor!["Length"]!;
            text.Append($"{tensor["Name"]} {(int)tensor["Length"]!} {FileDescription.Hash(file.AsSpan(begin, length))}\n");
            begin += length;
        }
        return text.ToString();
    }

    private static (JsonObject Json, int End)? ReadHeader(byte[] file, int at)
    {
        if (file.Length < at + 8)
            return null;
        long length = BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
        if (length < 2 || length > file.Length - at - 8)
            return null;
        try
        {
            return (JsonNode.Parse(file.AsSpan(at + 8, (int)length))!.AsObject(), at + 8 + (int)length);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
