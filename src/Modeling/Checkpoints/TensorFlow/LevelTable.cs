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

    /// <summary>Hands out a block's entries: shared and own key length, value length, own key, value; restarts are listed after them.</summary>
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
            bool restarted = restart < restarts && BinaryPrimitives.ReadUInt32LittleEndian(restartArray[(restart * 4)..]) == end - rest.Length;
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
