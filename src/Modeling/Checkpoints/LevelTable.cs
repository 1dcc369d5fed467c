using System.Buffers.Binary;
using System.Text;
using IronSnappy;

namespace BertMLNet.Modeling;

/// <summary>
/// A LevelDB table, the form of a TensorFlow checkpoint's index: sorted entries in blocks, keys prefix-compressed with
/// restart points, blocks perhaps Snappy-compressed, each with its checksum; an index block over them, and a footer
/// (https://github.com/google/leveldb/blob/main/doc/table_format.md).
/// </summary>
/// <remarks>Damage is an <see cref="InvalidDataException"/>, which the caller turns into an error that names the file.</remarks>
internal sealed class LevelTable(byte[] table)
{
    public const int FooterLength = 48;
    public const ulong Magic = 0xdb4775248b80fb57;

    private const int TrailerLength = 5;
    private const int LargestBlock = 16 << 20;

    // Snappy's longest copies make 64 bytes of 3.
    private const int MostExpansion = 32;
    private const int LongestKey = 4096;
    private const int MostKeyBytes = 64 << 20;

    private byte[]? _lastKey;
    private long _keyBytes;

    public delegate void EntryAction(string key, ReadOnlySpan<byte> value);

    /// <summary>Hands out every entry in the order of its key. The value is valid during the call.</summary>
    public void ForEach(EntryAction action)
    {
        if (table.Length < FooterLength || BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(table.Length - 8)) != Magic)
            throw new InvalidDataException("the footer is missing, so the file is cut off or not a checkpoint's index");
        ReadOnlySpan<byte> footer = table.AsSpan(table.Length - FooterLength);
        ReadHandle(ref footer);
        (long offset, long length) = ReadHandle(ref footer);

        long end = 0;
        ForEachInBlock(ReadBlock(offset, length), (_, value) =>
        {
            (long blockOffset, long blockLength) = ReadHandle(ref value);
            if (blockOffset < end)
                throw new InvalidDataException($"the block at {blockOffset} overlaps the one before");
            end = blockOffset + blockLength;
            ForEachInBlock(ReadBlock(blockOffset, blockLength), (key, entry) =>
            {
                RequireAscending(key);
                action(Encoding.UTF8.GetString(key), entry);
            });
        });
    }

    private delegate void RawEntryAction(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    private static (long Offset, long Length) ReadHandle(ref ReadOnlySpan<byte> bytes) =>
        ((long)ReadVarint(ref bytes), (long)ReadVarint(ref bytes));

    /// <summary>Reads a number of seven bits a byte, lowest first.</summary>
    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
        throw new InvalidDataException("a number that does not end");
    }

    private ReadOnlySpan<byte> ReadBlock(long offset, long length)
    {
        if (offset < 0 || length is < 0 or > LargestBlock || offset > table.Length - FooterLength - TrailerLength - length)
            throw new InvalidDataException($"a block claims {length} bytes at {offset}, but the file has {table.Length}");
        ReadOnlySpan<byte> stored = table.AsSpan((int)offset, (int)length);
        byte compression = table[offset + length];
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan((int)(offset + length) + 1));
        uint found = Crc32C.Mask(Crc32C.Append(0, table.AsSpan((int)offset, (int)length + 1)));
        if (found != expected)
            throw new InvalidDataException($"the block at {offset} has the checksum {found:x8}, expected {expected:x8}");
        return compression switch
        {
            0 => stored,
            1 => Decompress(stored),
            _ => throw new InvalidDataException($"the block at {offset} is compressed by the unknown method {compression}"),
        };
    }

    private static byte[] Decompress(ReadOnlySpan<byte> stored)
    {
        ReadOnlySpan<byte> rest = stored;
        ulong length = ReadVarint(ref rest);
        if (length > LargestBlock || length > (ulong)stored.Length * MostExpansion)
            throw new InvalidDataException($"a Snappy block of {stored.Length} bytes claims to hold {length}");
        byte[] block;
        try
        {
            block = Snappy.Decode(stored);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The decoder does not say what it throws on damaged input.
            throw new InvalidDataException("a Snappy block is damaged", exception);
        }
        return (ulong)block.Length == length ? block : throw new InvalidDataException("a Snappy block is damaged");
    }

    /// <summary>
    /// Hands out a block's entries: shared and own key length, value length, own key, value; restarts are listed after them.
    /// </summary>
    private static void ForEachInBlock(ReadOnlySpan<byte> block, RawEntryAction action)
    {
        if (block.Length < 4)
            throw new InvalidDataException("a block has no restart array");
        uint restarts = BinaryPrimitives.ReadUInt32LittleEndian(block[^4..]);
        if (restarts == 0 || restarts > (uint)(block.Length - 4) / 4)
            throw new InvalidDataException($"a block of {block.Length} bytes claims {restarts} restarts");
        int end = block.Length - 4 - (int)restarts * 4;
        ReadOnlySpan<byte> restartArray = block.Slice(end, (int)restarts * 4);
        ReadOnlySpan<byte> rest = block[..end];
        Span<byte> key = new byte[LongestKey];
        int keyLength = 0;
        int restart = 0;
        while (!rest.IsEmpty)
        {
            bool restarted = restart < restarts
                && BinaryPrimitives.ReadUInt32LittleEndian(restartArray[(restart * 4)..]) == end - rest.Length;
            ulong shared = ReadVarint(ref rest);
            ulong own = ReadVarint(ref rest);
            ulong length = ReadVarint(ref rest);
            if (shared > (ulong)keyLength || restarted && shared != 0)
                throw new InvalidDataException($"a key shares {shared} bytes with one of {keyLength}");
            if (own > (ulong)rest.Length || length > (ulong)rest.Length - own)
                throw new InvalidDataException($"an entry claims {own} and {length} bytes where {rest.Length} are left");
            if (shared + own > LongestKey)
                throw new InvalidDataException($"a key has {shared + own} bytes, expected at most {LongestKey}");
            keyLength = (int)(shared + own);
            rest[..(int)own].CopyTo(key[(int)shared..]);
            action(key[..keyLength], rest.Slice((int)own, (int)length));
            rest = rest[(int)(own + length)..];
            restart += restarted ? 1 : 0;
        }
        if (restart != restarts && end != 0)
            throw new InvalidDataException("a block's restarts do not lie at its entries");
    }

    private void RequireAscending(ReadOnlySpan<byte> key)
    {
        if (_lastKey is not null && _lastKey.AsSpan().SequenceCompareTo(key) >= 0)
            throw new InvalidDataException($"the key '{Encoding.UTF8.GetString(key)}' is out of order");
        _lastKey = key.ToArray();
        _keyBytes += key.Length;
        if (_keyBytes > MostKeyBytes)
            throw new InvalidDataException("the keys are too long");
    }
}

/// <summary>A tensor's entry in a TensorFlow checkpoint's index (<c>BundleEntryProto</c>).</summary>
internal sealed record BundleEntry(TensorInfo Info, int Shard, long Offset, uint Checksum, bool IsSliced)
{
    private const int HighestRank = 16;

    /// <summary>Parses the message.</summary>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public static BundleEntry Parse(ReadOnlySpan<byte> message)
    {
        // What a message leaves out is 0.
        var numbers = new Dictionary<int, ulong>();
        long[] shape = [];
        bool sliced = false;
        var reader = new WireReader(message);
        foreach (WireField field in reader.Fields(message.Length))
        {
            if (field.IsBytes(2))
                shape = ParseShape(reader, field.End);
            else if (field.Number == 7)
                sliced = true;
            else
                numbers[field.Number] = field.Value;
        }
        string elementType = TypeOf(numbers.GetValueOrDefault(1));
        ulong shard = numbers.GetValueOrDefault(3), offset = numbers.GetValueOrDefault(4), size = numbers.GetValueOrDefault(5);
        if (shard > int.MaxValue || offset > long.MaxValue / 2 || size > long.MaxValue / 2)
            throw new InvalidDataException($"a place of shard {shard}, byte {offset}, {size} bytes");
        int elementSize = ElementTypes.SizeOf(elementType);
        if (CheckpointChecks.CountOf(shape) is not { } count || (elementSize > 0 && !sliced && count * elementSize != (long)size))
        {
            throw new InvalidDataException(
                $"{elementType} of shape [{string.Join(", ", shape)}] does not take the {size} bytes that it has");
        }
        var info = new TensorInfo(elementType, shape, (long)size);
        return new BundleEntry(info, (int)shard, (long)offset, (uint)numbers.GetValueOrDefault(6), sliced);
    }

    private static long[] ParseShape(WireReader reader, long end)
    {
        var sizes = new List<long>();
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 3 && field.Value != 0)
                throw new InvalidDataException("a shape of unknown rank");
            if (!field.IsBytes(2))
                continue;
            if (sizes.Count == HighestRank)
                throw new InvalidDataException($"a shape of more than {HighestRank} dimensions");
            long size = 0;
            foreach (WireField part in reader.Fields(field.End))
                size = part.Number == 1 ? part.Integer : size;
            sizes.Add(size);
        }
        return [.. sizes];
    }

    /// <summary>TensorFlow's <c>DataType</c> by safetensors' names; types that have none there keep TensorFlow's number.</summary>
    private static string TypeOf(ulong type) => type switch
    {
        1 => "F32",
        2 => "F64",
        3 => "I32",
        4 => "U8",
        5 => "I16",
        6 => "I8",
        7 => "STRING",
        9 => "I64",
        10 => "BOOL",
        14 => "BF16",
        17 => "U16",
        19 => "F16",
        22 => "U32",
        23 => "U64",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"DT_{type}"),
    };
}
