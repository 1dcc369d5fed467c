using System.Globalization;

namespace BertMLNet.Modeling;

/// <summary>
/// What an ONNX constant says of itself, and where its elements lie: they stay in the file until they are asked for. Field numbers
/// are those of the ONNX format.
/// </summary>
internal sealed class OnnxConstant
{
    private const int MostDimensions = 64;
    private const int Floats = 4;
    private const int Integers = 5;
    private const int Texts = 6;
    private const int Longs = 7;
    private const int Doubles = 10;

    private readonly List<long> _dimensions = [];
    private readonly Dictionary<string, string> _external = [];
    private readonly Dictionary<int, long> _counts = [];
    private readonly long _start;
    private readonly long _end;

    /// <summary>Reads the constant's fields; the reader stands at its first one.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="end">Where the constant ends.</param>
    /// <exception cref="InvalidDataException">The bytes are no constant.</exception>
    public OnnxConstant(WireReader reader, long end)
    {
        (_start, _end) = (reader.Position, end);
        foreach (WireField field in reader.Fields(end))
            ReadField(reader, field);
    }

    public string Name { get; private set; } = "";

    /// <summary>The dimensions, which may be anything in a file that is damaged.</summary>
    public IReadOnlyList<long> Dimensions => _dimensions;

    /// <summary>The dimensions, for messages.</summary>
    public string Shape => string.Join(", ", _dimensions);

    public ElementType Type { get; private set; }

    /// <summary>The element type by safetensors' name and its size in bytes; 0 for one that is no floating-point type.</summary>
    public (string Name, int Size) FloatType => Type switch
    {
        ElementType.Float => ("F32", 4),
        ElementType.Float16 => ("F16", 2),
        ElementType.BFloat16 => ("BF16", 2),
        ElementType.Double => ("F64", 8),
        var type => (type.ToString(), 0),
    };

    /// <summary>The bytes of its elements inside the file; null where they are written in another form, or elsewhere.</summary>
    public long? RawBytes { get; private set; }

    public long RawStart { get; private set; }

    /// <summary>Whether its elements lie in another file.</summary>
    public bool IsExternal { get; private set; }

    /// <summary>The bytes that its elements take, as far as the file says.</summary>
    /// <param name="path">The file, for messages.</param>
    public long ByteCount(string path) => (RawBytes ?? 0) + (ExternalNumber(path, "length") ?? 0)
        + sizeof(float) * (Count(Floats) + Count(Integers)) + sizeof(long) * (Count(Longs) + Count(Doubles)) + Count(Texts);

    /// <summary>The path of the file in which the elements lie.</summary>
    /// <param name="path">The graph, in whose folder that file must be.</param>
    /// <exception cref="BertMLNetException">The name leads out of the graph's folder.</exception>
    public string ExternalPath(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string location = _external.GetValueOrDefault("location") ?? "";
        if (location.Length > 0 && !location.Contains('\0', StringComparison.Ordinal))
        {
            string file = Path.GetFullPath(Path.Combine(folder, location));
            if (file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return file;
        }
        throw new BertMLNetException($"{path}: constant '{Name}' lies in '{location}', which is not a file in the graph's folder.");
    }

    /// <summary>A place or a length in that file; null where the constant does not say.</summary>
    /// <param name="path">The graph, for messages.</param>
    /// <param name="key"><c>offset</c> or <c>length</c>.</param>
    /// <exception cref="BertMLNetException">It is no number.</exception>
    public long? ExternalNumber(string path, string key) =>
        !_external.TryGetValue(key, out string? text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new BertMLNetException($"{path}: constant '{Name}' lies at {key} '{text}', which is no number; export it again.");

    /// <summary>The bytes that elements of this shape and type take; null for types whose size this reader does not know.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="BertMLNetException">The shape is impossible.</exception>
    public long? SizeOf(string path)
    {
        // Each step is less than 2^63 times 2^63, so that nothing overflows before it is compared.
        UInt128 count = 1;
        foreach (long dimension in _dimensions)
        {
            if (dimension < 0)
                throw new BertMLNetException($"{path}: constant '{Name}' has the shape [{Shape}]; dimensions are 0 or more.");
            count = Possible(count * (ulong)dimension);
        }
        int bits = (int)Type switch
        {
            2 or 3 or 9 => 8,
            4 or 5 or 10 or 16 => 16,
            1 or 6 or 12 => 32,
            7 or 11 or 13 or 14 => 64,
            15 => 128,
            _ => 0,
        };
        return bits == 0 ? null : (long)Possible((count * (ulong)bits + 7) / 8);

        UInt128 Possible(UInt128 size) => size <= long.MaxValue
            ? size
            : throw new BertMLNetException($"{path}: constant '{Name}' has the shape [{Shape}], which no file can hold.");
    }

    /// <summary>Reads every element of a floating-point constant, widened to single precision.</summary>
    /// <param name="graph">The graph, open.</param>
    /// <param name="destination">Takes the elements.</param>
    /// <exception cref="BertMLNetException">The type is another, or there are more or fewer elements.</exception>
    public void Read(TensorFile graph, Span<float> destination)
    {
        (string type, int size) = FloatType;
        if (size == 0)
            throw new BertMLNetException($"{graph.Path}: constant '{Name}' is of type {type}; expected 32-, 16- or 64-bit floating point.");
        if (IsExternal)
        {
            long offset = ExternalNumber(graph.Path, "offset") ?? 0;
            using var file = new TensorFile(ExternalPath(graph.Path));
            file.ReadFloats(offset, type, destination, $"constant '{Name}'");
        }
        else if (RawBytes is > 0)
        {
            RequireCount(graph.Path, RawBytes.Value / size, destination.Length);
            graph.ReadFloats(RawStart, type, destination, $"constant '{Name}'");
        }
        else
        {
            ReadTyped(graph, destination);
        }
    }

    private void ReadField(WireReader reader, WireField field)
    {
        if (field.IsInteger(1))
            AddDimension(field.Value);
        else if (field.IsBytes(1))
            ReadNumbers(reader, field, WireType.Varint, AddDimension);
        else if (field.IsInteger(2))
            Type = (ElementType)unchecked((int)field.Value);
        else if (field.Number == 8)
            Name = reader.ReadText(field);
        else if (field.IsBytes(9))
            (RawStart, RawBytes) = (field.Start, field.Length);
        else if (field.IsBytes(13))
            AddExternal(reader, field.End);
        else if (field.IsInteger(14))
            IsExternal = field.Value == 1;
        else if (field.IsBytes(Texts))
            _counts[Texts] = Count(Texts) + field.Length;
        else if (field.Number is Floats or Integers or Longs or Doubles)
            ReadElements(reader, field, _ => _counts[field.Number] = Count(field.Number) + 1);
    }

    /// <summary>Reads elements that are written one by one. The format keeps the bits of the 16-bit types in integers.</summary>
    private void ReadTyped(TensorFile graph, Span<float> destination)
    {
        (int number, Func<ulong, float> convert) = Type switch
        {
            ElementType.Float => (Floats, bits => BitConverter.UInt32BitsToSingle((uint)bits)),
            ElementType.Double => (Doubles, bits => (float)BitConverter.UInt64BitsToDouble(bits)),
            ElementType.Float16 => (Integers, bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits)),
            _ => (Integers, (Func<ulong, float>)(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))),
        };
        RequireCount(graph.Path, Count(number), destination.Length);
        using FileStream stream = File.OpenRead(graph.Path);
        stream.Position = _start;
        var reader = new WireReader(stream);
        float[] values = new float[destination.Length];
        int read = 0;
        foreach (WireField field in reader.Fields(_end))
        {
            if (field.Number == number)
                ReadElements(reader, field, bits => values[read++] = convert(bits));
        }
        values.CopyTo(destination);
    }

    /// <summary>Takes the bits of elements, which stand alone or many in a field.</summary>
    private static void ReadElements(WireReader reader, WireField field, Action<ulong> take)
    {
        WireType own = field.Number switch { Floats => WireType.Fixed32, Doubles => WireType.Fixed64, _ => WireType.Varint };
        if (field.Type == own)
            take(field.Value);
        else if (field.Type == WireType.Bytes)
            ReadNumbers(reader, field, own, take);
    }

    private static void ReadNumbers(WireReader reader, WireField field, WireType type, Action<ulong> take)
    {
        while (reader.Position < field.End)
            take(reader.ReadNumber(type));
    }

    private long Count(int number) => _counts.GetValueOrDefault(number);

    private void RequireCount(string path, long actual, long expected)
    {
        if (actual != expected)
            throw new BertMLNetException($"{path}: constant '{Name}' holds {actual} elements, expected {expected} of its shape [{Shape}].");
    }

    private void AddDimension(ulong size)
    {
        if (_dimensions.Count == MostDimensions)
            throw new InvalidDataException($"a constant has more than {MostDimensions} dimensions");
        _dimensions.Add(unchecked((long)size));
    }

    private void AddExternal(WireReader reader, long end)
    {
        string key = "", value = "";
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 1)
                key = reader.ReadText(field);
            else if (field.Number == 2)
                value = reader.ReadText(field);
        }
        _external[key] = value;
    }
}
