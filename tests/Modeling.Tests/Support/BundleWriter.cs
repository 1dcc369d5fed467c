using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using IronSnappy;

namespace BertMLNet.Modeling.Tests;

/// <summary>Writes TensorFlow V2 checkpoints, for the tests of their reader.</summary>
internal sealed class BundleWriter
{
    private readonly SortedDictionary<string, (int Type, long[] Shape, byte[] Bytes)> _tensors = new(StringComparer.Ordinal);

    public int Shards { get; init; } = 1;

    public int EntriesPerBlock { get; init; } = 1000;

    public int EntriesPerRestart { get; init; } = 16;

    public bool Compress { get; init; }

    /// <summary>Changes an entry or a block before its checksum is made.</summary>
    public Func<byte[], byte[]>? Damage { get; init; }

    public void Add(string name, long[] shape, ReadOnlySpan<float> values) =>
        _tensors.Add(name, (1, shape, MemoryMarshal.AsBytes(values).ToArray()));

    public void Add(string name, int type, long[] shape, byte[] bytes) => _tensors.Add(name, (type, shape, bytes));

    public void Write(string prefix)
    {
        var data = Enumerable.Range(0, Shards).Select(_ => new MemoryStream()).ToArray();
        var entries = new List<(string Key, byte[] Value)> { ("", [.. Field(1, (ulong)Shards), .. Field(3, [.. Field(1, 1UL)])]) };
        int index = 0;
        foreach ((string name, (int type, long[] shape, byte[] bytes)) in _tensors)
        {
            int shard = index++ % Shards;
            byte[] dimensions = [.. shape.SelectMany(size => Field(2, Field(1, (ulong)size)))];
            byte[] checksum = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Mask(Crc32C.Append(0, bytes)));
            entries.Add((name,
            [
                .. Field(1, (ulong)type), .. Field(2, dimensions), .. Field(3, (ulong)shard), .. Field(4, (ulong)data[shard].Length),
                .. Field(5, (ulong)bytes.Length), 6 << 3 | 5, .. checksum,
            ]));
            data[shard].Write(bytes);
        }
        for (int i = 0; i < Shards; i++)
            File.WriteAllBytes($"{prefix}.data-{i:D5}-of-{Shards:D5}", data[i].ToArray());
        File.WriteAllBytes($"{prefix}.index", Table(entries));
    }

    private byte[] Table(List<(string Key, byte[] Value)> entries)
    {
        var table = new MemoryStream();
        var index = new List<(string Key, byte[] Value)>();
        foreach ((string Key, byte[] Value)[] chunk in entries.Chunk(EntriesPerBlock))
            index.Add((chunk[^1].Key, AppendBlock(table, Block(chunk, EntriesPerRestart))));
        byte[] metaIndex = AppendBlock(table, Block([], 1));
        byte[] indexHandle = AppendBlock(table, Block([.. index], 1));
        byte[] footer = new byte[48];
        ((byte[])[.. metaIndex, .. indexHandle]).CopyTo(footer, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), LevelTable.Magic);
        table.Write(footer);
        return table.ToArray();
    }

    private byte[] AppendBlock(MemoryStream table, byte[] block)
    {
        block = Damage?.Invoke(block) ?? block;
        byte[] content = Compress ? Snappy.Encode(block) : block;
        byte[] stored = [.. Compress && Damage is not null ? Damage(content) : content, (byte)(Compress ? 1 : 0)];
        byte[] handle = [.. Varint((ulong)table.Length), .. Varint((ulong)stored.Length - 1)];
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Mask(Crc32C.Append(0, stored)));
        table.Write(stored);
        table.Write(checksum);
        return handle;
    }

    private static byte[] Block((string Key, byte[] Value)[] entries, int entriesPerRestart)
    {
        var block = new MemoryStream();
        var restarts = new List<int> { 0 };
        byte[] last = [];
        for (int i = 0; i < entries.Length; i++)
        {
            byte[] key = Encoding.UTF8.GetBytes(entries[i].Key);
            bool restart = i % entriesPerRestart == 0;
            if (restart && i > 0)
                restarts.Add((int)block.Length);
            int shared = restart ? 0 : key.AsSpan().CommonPrefixLength(last);
            block.Write(Varint((ulong)shared));
            block.Write(Varint((ulong)(key.Length - shared)));
            block.Write(Varint((ulong)entries[i].Value.Length));
            block.Write(key.AsSpan(shared));
            block.Write(entries[i].Value);
            last = key;
        }
        foreach (int restart in restarts)
            block.Write(BitConverter.GetBytes(restart));
        block.Write(BitConverter.GetBytes(restarts.Count));
        return block.ToArray();
    }

    private static byte[] Field(int number, ulong value) => [(byte)(number << 3), .. Varint(value)];

    private static byte[] Field(int number, byte[] bytes) => [(byte)(number << 3 | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
