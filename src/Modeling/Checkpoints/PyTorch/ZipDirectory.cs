using System.Buffers.Binary;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>
/// Reads a zip archive's directory. PyTorch stores its files uncompressed, so that tensors can be read where they lie;
/// .NET's own reader does not tell where that is.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LargestDirectory = 32 << 20;
    private const int HeaderLength = 46;
    private const int LocalHeaderLength = 30;

    public static Dictionary<string, StoredRange> Read(TensorFile file)
    {
        (long offset, long length) = FindDirectory(file);
        if (length > LargestDirectory)
            throw Damaged(file, $"its directory claims {length} bytes");
        byte[] directory = new byte[CheckedLength(file, offset, length)];
        file.Read(offset, directory, "the zip directory");
        var entries = new Dictionary<string, StoredRange>();
        for (ReadOnlySpan<byte> rest = directory; !rest.IsEmpty;)
        {
            if (rest.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(rest) != 0x02014b50)
                throw Damaged(file, "its directory is damaged");
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int total = HeaderLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (total > rest.Length)
                throw Damaged(file, "its directory is damaged");
            string name = Encoding.UTF8.GetString(rest.Slice(HeaderLength, nameLength));
            if (!entries.TryAdd(name, ReadEntry(file, name, rest, rest.Slice(HeaderLength + nameLength, extraLength))))
                throw Damaged(file, $"it holds '{name}' twice");
            rest = rest[total..];
        }
        return entries;
    }

    private static long CheckedLength(TensorFile file, long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= file.Length - length ? length : throw Damaged(file, "its directory lies beyond the file's end");

    private static (long Offset, long Length) FindDirectory(TensorFile file)
    {
        byte[] tail = new byte[Math.Min(file.Length, EndLength + LongestComment)];
        file.Read(file.Length - tail.Length, tail, "the end of the zip archive");
        int end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end > tail.Length - EndLength)
            throw Damaged(file, "its directory is missing, so it is cut off");
        ReadOnlySpan<byte> record = tail.AsSpan(end);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        // An archive of more than 4 GB has a second, wider record, whose place is given just before this one.
        const int LocatorLength = 20;
        if (end < LocatorLength || !tail.AsSpan(end - LocatorLength).StartsWith("PK\x06\x07"u8))
            return (offset, length);
        Span<byte> wide = stackalloc byte[56];
        file.Read(BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorLength + 8)), wide, "the zip64 directory record");
        if (!wide.StartsWith("PK\x06\x06"u8))
            throw Damaged(file, "its zip64 directory record is damaged");
        return (BinaryPrimitives.ReadInt64LittleEndian(wide[48..]), BinaryPrimitives.ReadInt64LittleEndian(wide[40..]));
    }

    private static StoredRange ReadEntry(TensorFile file, string name, ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        if ((header[8] & 1) != 0)
            throw Damaged(file, $"'{name}' is encrypted");
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != 0)
            throw Damaged(file, $"'{name}' is compressed, which PyTorch never does");
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        bool compressedIsWide = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) == uint.MaxValue;
        (length, local) = Widen(extra, length, compressedIsWide, local);

        Span<byte> localHeader = stackalloc byte[LocalHeaderLength];
        file.Read(local, localHeader, $"'{name}'");
        if (BinaryPrimitives.ReadUInt32LittleEndian(localHeader) != 0x04034b50)
            throw Damaged(file, $"'{name}' is not where the directory says");
        long offset = local + LocalHeaderLength
            + BinaryPrimitives.ReadUInt16LittleEndian(localHeader[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(localHeader[28..]);
        if (length < 0 || offset > file.Length - length)
            throw Damaged(file, $"'{name}' claims {length} bytes at {offset}, but the file has {file.Length}");
        return new StoredRange(offset, length, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]));
    }

    /// <summary>Takes the sizes that did not fit 32 bits from the zip64 field, where they stand in this order.</summary>
    private static (long Length, long Local) Widen(ReadOnlySpan<byte> extra, long length, bool compressedIsWide, long local)
    {
        while (extra.Length >= 4)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
                break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                ReadOnlySpan<byte> field = extra.Slice(4, size);
                if (length == uint.MaxValue)
                    length = Next(ref field);
                if (compressedIsWide)
                    Next(ref field);
                if (local == uint.MaxValue)
                    local = Next(ref field);
                break;
            }
            extra = extra[(4 + size)..];
        }
        return (length, local);
    }

    private static long Next(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < 8)
            return -1;
        long value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value;
    }

    private static BertMLNetException Damaged(TensorFile file, string what) => new($"{file.Path}: not a usable zip archive of PyTorch: {what}.");
}
