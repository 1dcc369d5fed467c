using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>What an ONNX constant says of itself, its elements aside. Field numbers are those of the ONNX format.</summary>
internal sealed class OnnxTensorFields
{
    private const int MostDimensions = 64;

    private readonly List<long> _dimensions = [];
    private int _elementType;

    /// <summary>The constant's name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The bytes of its elements inside the file; null where they are written in another form, or elsewhere.</summary>
    public long? RawBytes { get; private set; }

    /// <summary>Whether its elements lie in another file.</summary>
    public bool IsExternal { get; private set; }

    /// <summary>Where in the other file: <c>location</c>, <c>offset</c>, <c>length</c>.</summary>
    public Dictionary<string, string> External { get; } = [];

    /// <summary>The shape, for messages.</summary>
    public string Shape => string.Join(", ", _dimensions);

    /// <summary>Takes one field.</summary>
    public void Read(WireReader reader, (int Number, WireReader.WireType Type, long Length) field)
    {
        switch (field.Number)
        {
            case 1 when field.Type == WireReader.WireType.Varint:
                AddDimension(reader);
                break;
            case 1 when field.Type == WireReader.WireType.Bytes:
                for (long end = reader.Position + field.Length; reader.Position < end;)
                    AddDimension(reader);
                break;
            case 2 when field.Type == WireReader.WireType.Varint:
                _elementType = unchecked((int)reader.ReadVarint());
                break;
            case 8:
                Name = reader.ReadText(field);
                break;
            case 9 when field.Type == WireReader.WireType.Bytes:
                RawBytes = field.Length;
                reader.Skip(field);
                break;
            case 13 when field.Type == WireReader.WireType.Bytes:
                AddExternal(reader, reader.Position + field.Length);
                break;
            case 14 when field.Type == WireReader.WireType.Varint:
                IsExternal = reader.ReadVarint() == 1;
                break;
            default:
                reader.Skip(field);
                break;
        }
    }

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
        int bits = BitsOf((ElementType)_elementType);
        return bits == 0 ? null : (long)Possible((count * (ulong)bits + 7) / 8);

        UInt128 Possible(UInt128 size) => size <= long.MaxValue
            ? size
            : throw new BertMLNetException($"{path}: constant '{Name}' has the shape [{Shape}], which no file can hold.");
    }

    private static int BitsOf(ElementType type) => (int)type switch
    {
        2 or 3 or 9 => 8,
        4 or 5 or 10 or 16 => 16,
        1 or 6 or 12 => 32,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        _ => 0,
    };

    private void AddDimension(WireReader reader)
    {
        if (_dimensions.Count == MostDimensions)
            throw new InvalidDataException($"a constant has more than {MostDimensions} dimensions");
        _dimensions.Add(unchecked((long)reader.ReadVarint()));
    }

    private void AddExternal(WireReader reader, long end)
    {
        string key = "", value = "";
        while (reader.TryReadField(end, out (int Number, WireReader.WireType Type, long Length) field))
        {
            if (field.Number == 1)
                key = reader.ReadText(field);
            else if (field.Number == 2)
                value = reader.ReadText(field);
            else
                reader.Skip(field);
        }
        External[key] = value;
    }
}
