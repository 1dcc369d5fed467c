using System.Globalization;
using WireType = BertMLNet.Modeling.WireReader.WireType;

namespace BertMLNet.Modeling;

/// <summary>An ONNX file as far as this library looks into it. Field numbers are those of the ONNX format.</summary>
internal sealed class OnnxModel
{
    /// <summary>Reads a model; the reader stands at its first field.</summary>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model.</exception>
    public OnnxModel(WireReader reader, long end)
    {
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            switch (field.Number)
            {
                case 1 when field.Type == WireType.Varint:
                    IrVersion = unchecked((long)reader.ReadVarint());
                    break;
                case 2:
                    ProducerName = reader.ReadText(field);
                    break;
                case 3:
                    ProducerVersion = reader.ReadText(field);
                    break;
                case 7 when field.Type == WireType.Bytes:
                    Graph.Read(reader, reader.Position + field.Length);
                    break;
                case 8 when field.Type == WireType.Bytes:
                    Opsets.Add(ReadOpset(reader, reader.Position + field.Length));
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }
    }

    /// <summary>The version of the format.</summary>
    public long IrVersion { get; }

    /// <summary>What wrote the file.</summary>
    public string ProducerName { get; } = "";

    /// <summary>Its version.</summary>
    public string ProducerVersion { get; } = "";

    /// <summary>The operator sets; ONNX's own has no domain.</summary>
    public List<(string Domain, long Version)> Opsets { get; } = [];

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; } = new();

    private static (string Domain, long Version) ReadOpset(WireReader reader, long end)
    {
        (string domain, long version) = ("", 0);
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            if (field.Number == 1)
                domain = reader.ReadText(field);
            else if (field is { Number: 2, Type: WireType.Varint })
                version = unchecked((long)reader.ReadVarint());
            else
                reader.Skip(field);
        }
        return (domain, version);
    }
}

/// <summary>A graph: an ONNX file's own, or that of a loop or branch.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The nodes in the order in which they run.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The constants.</summary>
    public List<OnnxConstant> Constants { get; } = [];

    /// <summary>What a run takes; in old files also the constants.</summary>
    public List<GraphPort> Inputs { get; } = [];

    /// <summary>What a run gives.</summary>
    public List<GraphPort> Outputs { get; } = [];

    /// <summary>Reads a graph's fields; those of a second one in the same place come on top, as the format has it.</summary>
    public void Read(WireReader reader, long end)
    {
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            long inner = reader.Position + field.Length;
            switch (field.Type == WireType.Bytes ? field.Number : 0)
            {
                case 1:
                    Nodes.Add(new OnnxNode(reader, inner));
                    break;
                case 5:
                    Constants.Add(new OnnxConstant(reader, inner));
                    break;
                case 11:
                    Inputs.Add(ReadPort(reader, inner));
                    break;
                case 12:
                    Outputs.Add(ReadPort(reader, inner));
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }
    }

    private static GraphPort ReadPort(WireReader reader, long end)
    {
        string name = "", type = "";
        List<string>? shape = null;
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            if (field.Number == 1)
                name = reader.ReadText(field);
            else if (field is { Number: 2, Type: WireType.Bytes })
                ReadType(reader.Position + field.Length);
            else
                reader.Skip(field);
        }
        return new(name, type, shape);

        void ReadType(long typeEnd)
        {
            while (reader.TryReadField(typeEnd, out (int Number, WireType Type, long Length) field))
            {
                if (field is { Number: 1, Type: WireType.Bytes })
                    ReadTensorType(reader.Position + field.Length);
                else
                    reader.Skip(field);
            }
        }

        void ReadTensorType(long typeEnd)
        {
            var element = ElementType.Undefined;
            while (reader.TryReadField(typeEnd, out (int Number, WireType Type, long Length) field))
            {
                if (field is { Number: 1, Type: WireType.Varint })
                    element = (ElementType)unchecked((int)reader.ReadVarint());
                else if (field is { Number: 2, Type: WireType.Bytes })
                    ReadShape(reader.Position + field.Length, shape ??= []);
                else
                    reader.Skip(field);
            }
            type = GraphPort.NameOf(element);
        }

        void ReadShape(long shapeEnd, List<string> sizes)
        {
            while (reader.TryReadField(shapeEnd, out (int Number, WireType Type, long Length) field))
            {
                if (field is { Number: 1, Type: WireType.Bytes })
                    sizes.Add(ReadSize(reader.Position + field.Length));
                else
                    reader.Skip(field);
            }
        }

        string ReadSize(long sizeEnd)
        {
            string size = "?";
            while (reader.TryReadField(sizeEnd, out (int Number, WireType Type, long Length) field))
            {
                if (field is { Number: 1, Type: WireType.Varint })
                    size = unchecked((long)reader.ReadVarint()).ToString(CultureInfo.InvariantCulture);
                else if (field.Number == 2)
                    size = reader.ReadText(field) is { Length: > 0 } symbol ? symbol : "?";
                else
                    reader.Skip(field);
            }
            return size;
        }
    }
}

/// <summary>A node: an operator with its inputs and outputs.</summary>
internal sealed class OnnxNode
{
    /// <summary>Reads a node; the reader stands at its first field.</summary>
    public OnnxNode(WireReader reader, long end)
    {
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            switch (field.Number)
            {
                case 1:
                    Inputs.Add(reader.ReadText(field));
                    break;
                case 2:
                    Outputs.Add(reader.ReadText(field));
                    break;
                case 4:
                    Operator = reader.ReadText(field);
                    break;
                case 5 when field.Type == WireType.Bytes:
                    Attributes.Add(new OnnxAttribute(reader, reader.Position + field.Length));
                    break;
                case 7:
                    Domain = reader.ReadText(field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }
    }

    /// <summary>The operator's name.</summary>
    public string Operator { get; } = "";

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; } = "";

    /// <summary>The names of what it reads; empty for an optional input that is left out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The names of what it computes.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The attributes.</summary>
    public List<OnnxAttribute> Attributes { get; } = [];

    /// <summary>The first attribute of a name.</summary>
    public OnnxAttribute? Attribute(string name) =>
        Attributes.Find(attribute => string.Equals(attribute.Name, name, StringComparison.Ordinal));
}

/// <summary>A node's attribute, as far as it is a whole number, a constant or a graph.</summary>
internal sealed class OnnxAttribute
{
    /// <summary>Reads an attribute; the reader stands at its first field.</summary>
    public OnnxAttribute(WireReader reader, long end)
    {
        while (reader.TryReadField(end, out (int Number, WireType Type, long Length) field))
        {
            switch (field.Number)
            {
                case 1:
                    Name = reader.ReadText(field);
                    break;
                case 3 when field.Type == WireType.Varint:
                    Integer = unchecked((long)reader.ReadVarint());
                    break;
                case 5 when field.Type == WireType.Bytes:
                    Constant = new OnnxConstant(reader, reader.Position + field.Length);
                    break;
                case 6 when field.Type == WireType.Bytes:
                    (Graph ??= new()).Read(reader, reader.Position + field.Length);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }
    }

    /// <summary>The attribute's name.</summary>
    public string Name { get; } = "";

    /// <summary>Its value where that is a whole number.</summary>
    public long Integer { get; }

    /// <summary>Its value where that is a constant.</summary>
    public OnnxConstant? Constant { get; }

    /// <summary>Its value where that is a graph.</summary>
    public OnnxGraph? Graph { get; }
}
