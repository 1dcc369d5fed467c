using System.Buffers.Binary;
using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>
/// A <c>.safetensors</c> file: eight bytes of header length, a JSON header that gives every tensor's type, shape and
/// place, then the tensors' bytes without holes (https://huggingface.co/docs/safetensors).
/// </summary>
internal sealed class SafetensorsCheckpoint : ICheckpoint
{
    // The headers of the largest models take a few hundred kilobytes.
    private const long LongestHeader = 16 << 20;
    private const int HighestRank = 16;

    private readonly TensorFile _file;
    private readonly Dictionary<string, FileTensor> _places = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsCheckpoint(TensorFile file) => _file = file;

    public string Format => "safetensors";

    public string Path => _file.Path;

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The header's <c>__metadata__</c>, e.g. <c>format</c>: <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Opens a file and checks its header: types, shapes, and that the ranges fill the file without overlapping.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged.</exception>
    public static SafetensorsCheckpoint Open(string path) =>
        Owned.Prepared(new SafetensorsCheckpoint(new TensorFile(path)), checkpoint => checkpoint.ReadHeader());

    public void Read(string name, Span<float> destination)
    {
        this.RequireReadable(name, destination.Length);
        FileTensor tensor = _places[name];
        _file.ReadFloats(tensor.Offset, tensor.Info.ElementType, destination, $"tensor '{name}'");
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Whether a file starts with a header's length and an opening brace.</summary>
    public static bool IsStart(string path)
    {
        Span<byte> start = stackalloc byte[9];
        return FileStart.TryRead(path, start) && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) < uint.MaxValue;
    }

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
        using var document = JsonFile.Parse(header, $"{Path} (header)", asEdited: true);
        foreach ((string name, JsonPart entry) in document.Root.Members())
        {
            if (string.Equals(name, "__metadata__"))
                ReadMetadata(entry);
            else
                ReadEntry(name, entry.As($"{Path}: tensor '{name}'"), 8 + (long)length);
        }
        CheckRanges(8 + (long)length);
    }

    private void ReadMetadata(JsonPart map)
    {
        const string Expected = "an object of strings";
        if (map.Kind != JsonValueKind.Object)
            throw map.Wrong(Expected);
        foreach ((string name, JsonPart value) in map.Members())
            _metadata[name] = value.Kind == JsonValueKind.String ? value.AsString() : throw map.Wrong(Expected);
    }

    private void ReadEntry(string name, JsonPart fields, long dataStart)
    {
        if (fields.Kind != JsonValueKind.Object)
            throw fields.Error($"expected a JSON object, found {fields.Kind.ToString().ToLowerInvariant()}");
        string elementType = fields.String("dtype") ?? throw fields.Error("has no \"dtype\"");
        int size = ElementTypes.SizeOf(elementType);
        if (size == 0)
            throw fields.Error($"is of the unknown type \"{elementType}\"");
        long[] shape = ReadNumbers(fields, "shape", fewest: 0, HighestRank);
        long[] range = ReadNumbers(fields, "data_offsets", fewest: 2, most: 2);
        if (range is not [>= 0, var end] || end < range[0] || end > _file.Length - dataStart)
            throw fields.Error($"lies at [{string.Join(", ", range)}], but the data have {_file.Length - dataStart} bytes");
        long bytes = end - range[0];
        if (CheckpointChecks.CountOf(shape) is not { } count || count > long.MaxValue / size || count * size != bytes)
            throw fields.Error($"{elementType} of shape [{string.Join(", ", shape)}] does not take the {bytes} bytes that it has");
        var info = new TensorInfo(elementType, shape, bytes);
        if (!_tensors.TryAdd(name, info))
            throw fields.Error("appears twice in the header");
        _places.Add(name, new FileTensor(info, dataStart + range[0]));
    }

    private static long[] ReadNumbers(JsonPart fields, string field, int fewest, int most)
    {
        if (fields[field] is not { Kind: JsonValueKind.Array } list)
            throw fields.Error($"has no \"{field}\" list");
        int count = list.MemberCount;
        if (count < fewest || count > most)
            throw fields.Error($"\"{field}\" has {count} numbers, expected {(fewest == most ? $"{most}" : $"at most {most}")}");
        return
        [
            .. list.Items().Select(
                item => item.AsLong() is >= 0 and { } number ? number : throw list.Wrong("a list of whole numbers from 0 on")),
        ];
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
