using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace BertMLNet.Modeling;

internal sealed partial class PyTorchCheckpoint
{
    private static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8);

    private void ReadZip()
    {
        Format = "PyTorch (zip)";
        Dictionary<string, StoredRange> entries = ZipDirectory.Read(_file);
        string? pickle = entries.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal));
        if (pickle is null)
            throw new BertMLNetException($"{Path}: the archive holds no data.pkl; it was not written by torch.save.");
        string root = pickle[..^"data.pkl".Length];
        RequireLittleEndian(entries.GetValueOrDefault(root + "byteorder"));
        StoredRange place = entries[pickle];
        if (place.Length > LongestPickle)
            throw new BertMLNetException($"{Path}: data.pkl has {place.Length} bytes, expected at most {LongestPickle}.");
        VerifyEntry("data.pkl", place);
        var interpreter = new PickleInterpreter(new PickleInput(_file, place.Offset, place.Offset + place.Length));
        AddTensors(interpreter.Run());
        foreach (TorchStorage storage in interpreter.Storages.Values)
        {
            if (!entries.TryGetValue($"{root}data/{storage.Key}", out StoredRange? entry))
                throw new BertMLNetException($"{Path}: the archive lacks data/{storage.Key}, which a tensor lies in.");
            if (entry.Length < BytesOf(storage))
                throw new BertMLNetException($"{Path}: data/{storage.Key} has {entry.Length} bytes, expected {BytesOf(storage)}.");
            _storages.Add(storage.Key, entry);
        }
    }

    private void RequireLittleEndian(StoredRange? entry)
    {
        if (entry is null)
            return;
        byte[] text = new byte[Math.Min(entry.Length, 16)];
        _file.Read(entry.Offset, text, "byteorder");
        if (!text.AsSpan().SequenceEqual("little"u8))
            throw new BertMLNetException($"{Path}: the byte order is '{Encoding.ASCII.GetString(text)}', expected 'little'.");
    }

    /// <summary>Checks a storage against the archive's checksum when the first of its tensors is read.</summary>
    private void Verify(string key, StoredRange place)
    {
        if (place.Crc32 is not null && !_verified.Contains(key))
        {
            VerifyEntry($"data/{key}", place);
            _verified.Add(key);
        }
    }

    private void VerifyEntry(string name, StoredRange place)
    {
        var checksum = new Crc32();
        _file.ForEach(place.Offset, place.Length, checksum.Append, name);
        uint found = checksum.GetCurrentHashAsUInt32();
        if (found != place.Crc32)
            throw new BertMLNetException($"{Path}: '{name}' has the checksum {found:x8}, expected {place.Crc32:x8}; the file is damaged.");
    }

    private static readonly BigInteger LegacyMagic =
        BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private const long LegacyProtocol = 1001;

    /// <summary>The bytes that tell the formats apart.</summary>
    private const int StartLength = 23;

    /// <summary>Whether a file starts with the pickled magic number of the format before 1.6.</summary>
    private static bool IsLegacy(ReadOnlySpan<byte> start)
    {
        if (start.Length < StartLength || start[0] != 0x80)
            return false;
        // From protocol 4 on a pickle may say its length in a frame of nine bytes.
        ReadOnlySpan<byte> number = start[(start[2] == 0x95 ? 11 : 2)..];
        return number[0] == 0x8a && number[1] == 10 && new BigInteger(number.Slice(2, 10)) == LegacyMagic;
    }

    /// <summary>
    /// Five pickles: magic number, protocol, the writer's system, the object, the storages' keys; then each storage's
    /// count of elements in 64 bits and its elements.
    /// </summary>
    private void ReadLegacy()
    {
        Format = "PyTorch (before 1.6)";
        var input = new PickleInput(_file, 0, Math.Min(_file.Length, LongestPickle));
        object? Next() => new PickleInterpreter(input).Run();

        // The first is the magic number that the format was recognised by.
        Next();
        if (Next() is not LegacyProtocol)
            throw new BertMLNetException($"{Path}: not of protocol {LegacyProtocol}.");
        if (Next() is not PickleDictionary system || system["little_endian"] is not true)
            throw new BertMLNetException($"{Path}: the byte order is not little-endian.");
        var interpreter = new PickleInterpreter(input);
        AddTensors(interpreter.Run());
        if (Next() is not List<object?> keys)
            throw new BertMLNetException($"{Path}: the list of storages is damaged.");
        PlaceStorages(keys, new Dictionary<string, TorchStorage>(interpreter.Storages), input.Position);
    }

    private void PlaceStorages(List<object?> keys, Dictionary<string, TorchStorage> storages, long position)
    {
        Span<byte> prefix = stackalloc byte[8];
        foreach (object? item in keys)
        {
            // The size of an element is known from the tensors alone.
            if (item is not string key || !storages.Remove(key, out TorchStorage? storage))
                throw new BertMLNetException($"{Path}: storage '{item as string}' is listed twice or belongs to no tensor.");
            long bytes = BytesOf(storage);
            _file.Read(position, prefix, $"storage '{key}'");
            long count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            position += prefix.Length;
            if (count != storage.WholeCount || bytes > _file.Length - position)
            {
                throw new BertMLNetException(
                    $"{Path}: storage '{key}' has {count} elements, expected {storage.WholeCount}, of which the file has "
                    + $"{_file.Length - position} bytes.");
            }
            _storages.Add(key, new StoredRange(position, bytes, Crc32: null));
            position += bytes;
        }
        if (storages.Count > 0)
            throw new BertMLNetException($"{Path}: lacks storage '{storages.Keys.First()}', which a tensor lies in.");
    }
}

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
        offset >= 0 && length >= 0 && offset <= file.Length - length
            ? length
            : throw Damaged(file, "its directory lies beyond the file's end");

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

    private static BertMLNetException Damaged(TensorFile file, string what) =>
        new($"{file.Path}: not a usable zip archive of PyTorch: {what}.");
}
