using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace BertMLNet.Modeling;

public sealed partial class PyTorchCheckpoint
{
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private const long LegacyProtocol = 1001;

    /// <summary>The bytes that tell the formats apart.</summary>
    internal const int StartLength = 23;

    /// <summary>Whether a file starts with the pickled magic number of the format before 1.6.</summary>
    internal static bool IsLegacy(ReadOnlySpan<byte> start)
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
                throw new BertMLNetException($"{Path}: storage '{key}' has {count} elements, expected {storage.WholeCount}, of which the file has {_file.Length - position} bytes.");
            _storages.Add(key, new StoredRange(position, bytes, Crc32: null));
            position += bytes;
        }
        if (storages.Count > 0)
            throw new BertMLNetException($"{Path}: lacks storage '{storages.Keys.First()}', which a tensor lies in.");
    }
}
