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
        ((long)ProtoReader.ReadVarint(ref bytes), (long)ProtoReader.ReadVarint(ref bytes));

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
        ulong length = ProtoReader.ReadVarint(ref rest);
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
            ulong shared = ProtoReader.ReadVarint(ref rest);
            ulong own = ProtoReader.ReadVarint(ref rest);
            ulong length = ProtoReader.ReadVarint(ref rest);
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
        string elementType = TypeOf(0);
        long[] shape = [];
        ulong shard = 0;
        ulong offset = 0;
        ulong size = 0;
        ulong checksum = 0;
        bool sliced = false;
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    elementType = TypeOf(fields.Number);
                    break;
                case 2:
                    shape = ParseShape(fields.Bytes);
                    break;
                case 3:
                    shard = fields.Number;
                    break;
                case 4:
                    offset = fields.Number;
                    break;
                case 5:
                    size = fields.Number;
                    break;
                case 6:
                    checksum = fields.Number;
                    break;
                case 7:
                    sliced = true;
                    break;
                default:
                    break;
            }
        }
        if (shard > int.MaxValue || offset > long.MaxValue / 2 || size > long.MaxValue / 2)
            throw new InvalidDataException($"a place of shard {shard}, byte {offset}, {size} bytes");
        int elementSize = ElementTypes.SizeOf(elementType);
        if (CheckpointChecks.CountOf(shape) is not { } count || (elementSize > 0 && !sliced && count * elementSize != (long)size))
        {
            throw new InvalidDataException(
                $"{elementType} of shape [{string.Join(", ", shape)}] does not take the {size} bytes that it has");
        }
        return new BundleEntry(new TensorInfo(elementType, shape, (long)size), (int)shard, (long)offset, (uint)checksum, sliced);
    }

    private static long[] ParseShape(ReadOnlySpan<byte> message)
    {
        var sizes = new List<long>();
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            if (fields.Field == 3 && fields.Number != 0)
                throw new InvalidDataException("a shape of unknown rank");
            if (fields.Field != 2)
                continue;
            if (sizes.Count == HighestRank)
                throw new InvalidDataException($"a shape of more than {HighestRank} dimensions");
            long size = 0;
            var dimension = new ProtoReader(fields.Bytes);
            while (dimension.Next())
            {
                if (dimension.Field == 1)
                    size = (long)dimension.Number;
            }
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

/// <summary>Walks a protocol buffer message field by field, never beyond its bytes.</summary>
/// <remarks>Damage is an <see cref="InvalidDataException"/>, which the caller turns into an error that names the file.</remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a number field; 0 for a field of bytes.</summary>
    public ulong Number { get; private set; }

    /// <summary>The bytes of a text, bytes or message field; empty for a number.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field; false at the message's end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint(ref _rest);
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint(ref _rest);
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(ReadVarint(ref _rest));
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("a field of unknown kind");
        }
        return true;
    }

    /// <summary>Reads a number of seven bits a byte, lowest first.</summary>
    public static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
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

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw new InvalidDataException($"a field claims {count} bytes where {_rest.Length} are left");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
