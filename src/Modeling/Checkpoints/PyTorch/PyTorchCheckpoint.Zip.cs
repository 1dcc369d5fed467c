using System.Text;

namespace BertMLNet.Modeling;

public sealed partial class PyTorchCheckpoint
{
    internal static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8);

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
        uint found = _file.Checksum(place.Offset, place.Length, 0, Crc32.Append, name);
        if (found != place.Crc32)
            throw new BertMLNetException($"{Path}: '{name}' has the checksum {found:x8}, expected {place.Crc32:x8}; the file is damaged.");
    }
}
