using System.Globalization;

namespace BertMLNet.Modeling;

/// <summary>An ONNX file as far as this library looks into it. Field numbers are those of the ONNX format.</summary>
internal sealed class OnnxModel
{
    /// <summary>Reads a model; the reader stands at its first field.</summary>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model.</exception>
    public OnnxModel(WireReader reader, long end)
    {
        foreach (WireField field in reader.Fields(end))
        {
            if (field.IsInteger(1))
                IrVersion = field.Integer;
            else if (field.Number == 2)
                ProducerName = reader.ReadText(field);
            else if (field.Number == 3)
                ProducerVersion = reader.ReadText(field);
            else if (field.IsBytes(7))
                Graph.Read(reader, field.End);
            else if (field.IsBytes(8))
                Opsets.Add(ReadOpset(reader, field.End));
        }
    }

    public long IrVersion { get; }

    public string ProducerName { get; } = "";

    public string ProducerVersion { get; } = "";

    /// <summary>The operator sets; ONNX's own has no domain.</summary>
    public List<(string Domain, long Version)> Opsets { get; } = [];

    public OnnxGraph Graph { get; } = new();

    private static (string Domain, long Version) ReadOpset(WireReader reader, long end)
    {
        (string domain, long version) = ("", 0);
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 1)
                domain = reader.ReadText(field);
            else if (field.IsInteger(2))
                version = field.Integer;
        }
        return (domain, version);
    }
}

/// <summary>A graph: an ONNX file's own, or that of a loop or branch.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The nodes in the order in which they run.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxConstant> Constants { get; } = [];

    /// <summary>What a run takes; in old files also the constants.</summary>
    public List<GraphPort> Inputs { get; } = [];

    public List<GraphPort> Outputs { get; } = [];

    /// <summary>Reads a graph's fields; those of a second one in the same place come on top, as the format has it.</summary>
    public void Read(WireReader reader, long end)
    {
        foreach (WireField field in reader.Fields(end))
        {
            if (field.IsBytes(1))
                Nodes.Add(new OnnxNode(reader, field.End));
            else if (field.IsBytes(5))
                Constants.Add(new OnnxConstant(reader, field.End));
            else if (field.IsBytes(11))
                Inputs.Add(ReadPort(reader, field.End));
            else if (field.IsBytes(12))
                Outputs.Add(ReadPort(reader, field.End));
        }
    }

    private static GraphPort ReadPort(WireReader reader, long end)
    {
        string name = "", type = "";
        List<string>? shape = null;
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 1)
                name = reader.ReadText(field);
            else if (field.IsBytes(2))
                ForEachMessage(reader, field.End, 1, ReadTensorType);
        }
        return new(name, type, shape);

        void ReadTensorType(long typeEnd)
        {
            var element = ElementType.Undefined;
            foreach (WireField field in reader.Fields(typeEnd))
            {
                if (field.IsInteger(1))
                    element = (ElementType)unchecked((int)field.Value);
                else if (field.IsBytes(2))
                    ReadShape(field.End, shape ??= []);
            }
            type = GraphPort.NameOf(element);
        }

        void ReadShape(long shapeEnd, List<string> sizes) =>
            ForEachMessage(reader, shapeEnd, 1, sizeEnd => sizes.Add(ReadSize(reader, sizeEnd)));
    }

    private static string ReadSize(WireReader reader, long end)
    {
        string size = "?";
        foreach (WireField field in reader.Fields(end))
        {
            if (field.IsInteger(1))
                size = field.Integer.ToString(CultureInfo.InvariantCulture);
            else if (field.Number == 2)
                size = reader.ReadText(field) is { Length: > 0 } symbol ? symbol : "?";
        }
        return size;
    }

    private static void ForEachMessage(WireReader reader, long end, int number, Action<long> read)
    {
        foreach (WireField field in reader.Fields(end))
        {
            if (field.IsBytes(number))
                read(field.End);
        }
    }
}

/// <summary>A node: an operator with its inputs and outputs.</summary>
internal sealed class OnnxNode
{
    public OnnxNode(WireReader reader, long end)
    {
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 1)
                Inputs.Add(reader.ReadText(field));
            else if (field.Number == 2)
                Outputs.Add(reader.ReadText(field));
            else if (field.Number == 4)
                Operator = reader.ReadText(field);
            else if (field.IsBytes(5))
                Attributes.Add(new OnnxAttribute(reader, field.End));
            else if (field.Number == 7)
                Domain = reader.ReadText(field);
        }
    }

    public string Operator { get; } = "";

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; } = "";

    /// <summary>The names of what it reads; empty for an optional input that is left out.</summary>
    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public List<OnnxAttribute> Attributes { get; } = [];

    public OnnxAttribute? Attribute(string name) =>
        Attributes.Find(attribute => string.Equals(attribute.Name, name, StringComparison.Ordinal));
}

/// <summary>A node's attribute, as far as it is a whole number, a constant or a graph.</summary>
internal sealed class OnnxAttribute
{
    public OnnxAttribute(WireReader reader, long end)
    {
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Number == 1)
                Name = reader.ReadText(field);
            else if (field.IsInteger(3))
                Integer = field.Integer;
            else if (field.IsBytes(5))
                Constant = new OnnxConstant(reader, field.End);
            else if (field.IsBytes(6))
                (Graph ??= new()).Read(reader, field.End);
        }
    }

    public string Name { get; } = "";

    public long Integer { get; }

    public OnnxConstant? Constant { get; }

    public OnnxGraph? Graph { get; }
}
