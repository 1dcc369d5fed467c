using System.Buffers.Binary;
using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>Recognises safetensors: a file that starts with a header's length and an opening brace, or a folder that holds one.</summary>
internal sealed class SafetensorsFormat : ICheckpointFormat
{
    private const string FileName = "model.safetensors";
    private const string IndexName = FileName + ".index.json";

    public string Files => FileName;

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            if (Path.Combine(path, FileName) is var file && File.Exists(file))
                return SafetensorsCheckpoint.Open(file);
            return Path.Combine(path, IndexName) is var index && File.Exists(index) ? OpenIndex(index) : null;
        }
        if (path.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return OpenIndex(path);
        return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(path) || StartsAsHeader(path)
            ? SafetensorsCheckpoint.Open(path)
            : null;
    }

    private static ShardedCheckpoint OpenIndex(string path) => ShardedCheckpoint.Open(path, SafetensorsCheckpoint.Open);

    private static bool StartsAsHeader(string path)
    {
        Span<byte> start = stackalloc byte[9];
        return FileStart.TryRead(path, start) && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) < uint.MaxValue;
    }
}

/// <summary>
/// A <c>.safetensors</c> file: eight bytes of header length, a JSON header that gives every tensor's type, shape and
/// place, then the tensors' bytes without holes (https://huggingface.co/docs/safetensors).
/// </summary>
public sealed class SafetensorsCheckpoint : ICheckpoint
{
    // The headers of the largest models take a few hundred kilobytes.
    private const long LongestHeader = 16 << 20;
    private const int HighestRank = 16;

    private readonly TensorFile _file;
    private readonly Dictionary<string, FileTensor> _places = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsCheckpoint(TensorFile file) => _file = file;

    /// <inheritdoc/>
    public string Format => "safetensors";

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The header's <c>__metadata__</c>, e.g. <c>format</c>: <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Opens a file and checks its header: types, shapes, and that the ranges fill the file without overlapping.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged.</exception>
    public static SafetensorsCheckpoint Open(string path)
    {
        var checkpoint = new SafetensorsCheckpoint(new TensorFile(path));
        try
        {
            checkpoint.ReadHeader();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        this.RequireReadable(name, destination.Length);
        FileTensor tensor = _places[name];
        _file.ReadFloats(tensor.Offset, tensor.Info.ElementType, destination, $"tensor '{name}'");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadHeader()
    {
        Span<byte> prefix = stackalloc byte[8];
        _file.Read(0, prefix, "the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(_file.Length - 8))
        {
            throw new BertMLNetException(
                $"{Path}: the header claims {length} bytes, but the file has {_file.Length}; it is cut off or not a safetensors file.");
        }
        if (length > LongestHeader)
            throw new BertMLNetException($"{Path}: the header has {length} bytes, expected at most {LongestHeader}.");
        byte[] header = new byte[length];
        _file.Read(8, header, "the header");
        using JsonDocument document = JsonFields.Parse(header, $"{Path} (header)");
        var fields = new JsonFields(document.RootElement, $"{Path} (header)");
        try
        {
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            {
                if (entry.NameEquals("__metadata__"u8))
                    ReadMetadata(fields, entry.Value);
                else
                    ReadEntry(entry.Name, new JsonFields(entry.Value, $"{Path}: tensor '{entry.Name}'"), 8 + (long)length);
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException($"{Path}: a name in the header is not valid text.", exception);
        }
        CheckRanges(8 + (long)length);
    }

    private void ReadMetadata(JsonFields fields, JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object)
            throw fields.Wrong("__metadata__", map, "an object of strings");
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw fields.Wrong("__metadata__", map, "an object of strings");
            _metadata[entry.Name] = fields.Text("__metadata__", entry.Value);
        }
    }

    private void ReadEntry(string name, JsonFields fields, long dataStart)
    {
        string elementType = fields.Text("dtype") ?? throw new BertMLNetException($"{fields.Source}: has no \"dtype\".");
        int size = ElementTypes.SizeOf(elementType);
        if (size == 0)
            throw new BertMLNetException($"{fields.Source}: is of the unknown type \"{elementType}\".");
        long[] shape = ReadNumbers(fields, "shape", fewest: 0, HighestRank);
        long[] range = ReadNumbers(fields, "data_offsets", fewest: 2, most: 2);
        if (range is not [>= 0, var end] || end < range[0] || end > _file.Length - dataStart)
        {
            throw new BertMLNetException(
                $"{fields.Source}: lies at [{string.Join(", ", range)}], but the data have {_file.Length - dataStart} bytes.");
        }
        long bytes = end - range[0];
        if (CheckpointChecks.CountOf(shape) is not { } count || count > long.MaxValue / size || count * size != bytes)
        {
            throw new BertMLNetException(
                $"{fields.Source}: {elementType} of shape [{string.Join(", ", shape)}] does not take the {bytes} bytes that it has.");
        }
        var info = new TensorInfo(elementType, shape, bytes);
        if (!_tensors.TryAdd(name, info))
            throw new BertMLNetException($"{fields.Source}: appears twice in the header.");
        _places.Add(name, new FileTensor(info, dataStart + range[0]));
    }

    private static long[] ReadNumbers(JsonFields fields, string field, int fewest, int most)
    {
        if (!fields.TryGet(field, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw new BertMLNetException($"{fields.Source}: has no \"{field}\" list.");
        int count = list.GetArrayLength();
        if (count < fewest || count > most)
        {
            throw new BertMLNetException(
                $"{fields.Source}: \"{field}\" has {count} numbers, expected {(fewest == most ? $"{most}" : $"at most {most}")}.");
        }
        var numbers = new List<long>(count);
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                throw fields.Wrong(field, list, "whole numbers, 0 or more");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private void CheckRanges(long dataStart)
    {
        long end = dataStart;
        string before = "the header";
        foreach ((string name, FileTensor tensor) in _places
            .OrderBy(place => place.Value.Offset).ThenBy(place => place.Value.Info.ByteCount))
        {
            if (tensor.Offset != end)
            {
                throw new BertMLNetException(
                    $"{Path}: tensor '{name}' starts at byte {tensor.Offset}, expected {end}, where {before} ends; "
                    + "ranges must neither overlap nor leave holes.");
            }
            end += tensor.Info.ByteCount;
            before = $"tensor '{name}'";
        }
        if (end != _file.Length)
            throw new BertMLNetException($"{Path}: the tensors end at byte {end}, but the file has {_file.Length}.");
    }
}
