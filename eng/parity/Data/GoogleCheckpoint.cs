using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace BertMLNet.Parity;

/// <summary>Writes a model folder's encoder as Google published BERT: a TensorFlow V2 checkpoint with their names and layouts.</summary>
internal static class GoogleCheckpoint
{
    /// <summary>Writes <c>bert_config.json</c>, <c>vocab.txt</c> and <c>bert_model.ckpt</c>.</summary>
    public static void Write(string model, string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(model, "vocab.txt"), Path.Combine(folder, "vocab.txt"));
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        config.Remove("architectures");
        File.WriteAllText(Path.Combine(folder, "bert_config.json"), config.ToJsonString());

        var tensors = new SortedDictionary<string, (long[] Shape, byte[] Bytes)>(StringComparer.Ordinal);
        foreach ((string name, long[] shape, byte[] bytes) in Safetensors(File.ReadAllBytes(Path.Combine(model, "model.safetensors"))))
        {
            if (!name.StartsWith("bert.", StringComparison.Ordinal))
                continue;
            bool kernel = name.EndsWith(".weight", StringComparison.Ordinal) && shape.Length == 2 && !name.Contains("embeddings");
            tensors.Add(GoogleName(name), kernel ? (shape.Reverse().ToArray(), Transpose(bytes, (int)shape[0], (int)shape[1]))
                : (shape, bytes));
        }
        WriteBundle(Path.Combine(folder, "bert_model.ckpt"), tensors);
    }

    private static string GoogleName(string name)
    {
        bool embedding = name.EndsWith("_embeddings.weight", StringComparison.Ordinal);
        name = name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta").Replace("encoder.layer.",
            "encoder.layer_");
        return (embedding ? name[..^".weight".Length] : name.Replace(".weight", ".kernel")).Replace('.', '/');
    }

    private static IEnumerable<(string Name, long[] Shape, byte[] Bytes)> Safetensors(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        foreach ((string name, JsonNode? tensor) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject().Where(entry =>
            entry.Key != "__metadata__"))
        {
            int begin = (int)tensor!["data_offsets"]![0]!, end = (int)tensor["data_offsets"]![1]!;
            yield return (name, [.. tensor["shape"]!.AsArray().Select(size => (long)size!)],
                file[(8 + length + begin)..(8 + length + end)]);
        }
    }

    private static byte[] Transpose(byte[] bytes, int rows, int columns)
    {
        byte[] result = new byte[bytes.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                bytes.AsSpan(4 * ((row * columns) + column), 4).CopyTo(result.AsSpan(4 * ((column * rows) + row)));
        }
        return result;
    }

    /// <summary>One shard of data, and a table of one block that says where each tensor lies.</summary>
    private static void WriteBundle(string prefix, SortedDictionary<string, (long[] Shape, byte[] Bytes)> tensors)
    {
        using var data = new MemoryStream();
        var entries = new List<(byte[] Key, byte[] Value)> { ([], [.. Field(1, 1UL), .. Field(3, Field(1, 1UL))]) };
        foreach ((string name, (long[] shape, byte[] bytes)) in tensors)
        {
            byte[] dimensions = [.. shape.SelectMany(size => Field(2, Field(1, (ulong)size)))];
            byte[] place = [.. Field(4, (ulong)data.Length), .. Field(5, (ulong)bytes.Length), (6 << 3) | 5, .. MaskedChecksum(bytes)];
            entries.Add((Encoding.UTF8.GetBytes(name), [.. Field(1, 1UL), .. Field(2, dimensions), .. place]));
            data.Write(bytes);
        }
        File.WriteAllBytes($"{prefix}.data-00000-of-00001", data.ToArray());

        using var table = new MemoryStream();
        byte[] index = AppendBlock(table, [(entries[^1].Key, AppendBlock(table, entries))]);
        byte[] footer = new byte[48];
        ((byte[])[.. AppendBlock(table, []), .. index]).CopyTo(footer, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), 0xdb4775248b80fb57);
        table.Write(footer);
        File.WriteAllBytes($"{prefix}.index", table.ToArray());
    }

    private static byte[] AppendBlock(MemoryStream table, IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        var block = new List<byte>();
        foreach ((byte[] key, byte[] value) in entries)
            block.AddRange([.. Varint(0), .. Varint((ulong)key.Length), .. Varint((ulong)value.Length), .. key, .. value]);
        // Keys are written whole, which is right wherever a reader begins: one restart is enough.
        block.AddRange([.. BitConverter.GetBytes(0), .. BitConverter.GetBytes(1)]);
        byte[] handle = [.. Varint((ulong)table.Length), .. Varint((ulong)block.Count)];
        block.Add(0);
        table.Write([.. block, .. MaskedChecksum([.. block])]);
        return handle;
    }

    private static byte[] MaskedChecksum(byte[] bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
            sum = BitOperations.Crc32C(sum, value);
        byte[] result = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(result, BitOperations.RotateRight(~sum, 15) + 0xa282ead8);
        return result;
    }

    private static byte[] Field(int number, ulong value) => [(byte)(number << 3), .. Varint(value)];

    private static byte[] Field(int number, byte[] bytes) => [(byte)((number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
