using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using Google.Protobuf;

namespace BertMLNet.Export;

/// <summary>Turns a built graph into an ONNX model.</summary>
public static class OnnxModelWriter
{
    /// <summary>The most bytes of constants: protocol buffers hold 2 GiB in one message, of which 16 MiB are kept for all else.</summary>
    internal const long LargestConstants = int.MaxValue - (16L << 20);

    /// <summary>Writes the model to a stream.</summary>
    /// <exception cref="BertMLNetException">The constants take more than 2 GiB.</exception>
    public static void Write(GraphBuilder graph, Stream stream, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ModelProto model = ToProto(graph, metadata);
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        model.WriteTo(output);
    }

    /// <summary>The model's bytes, as a session takes them.</summary>
    /// <exception cref="BertMLNetException">The constants take more than 2 GiB.</exception>
    public static byte[] ToBytes(GraphBuilder graph) => ToProto(graph, null).ToByteArray();

    private static ModelProto ToProto(GraphBuilder graph, IReadOnlyDictionary<string, string>? metadata)
    {
        long size = graph.Initializers.Sum(initializer => (long)initializer.Data.Length);
        if (size > LargestConstants)
            throw new BertMLNetException($"The graph's weights take {size} bytes; an ONNX file has room for {LargestConstants}.");

        var model = new ModelProto
        {
            IrVersion = Opset.IrVersion,
            ProducerName = "BertMLNet",
            ProducerVersion = typeof(OnnxModelWriter).Assembly.GetName().Version?.ToString(3),
            Graph = ToGraphProto(graph, "bert"),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset.Version });
        model.OpsetImport.Add(Domains(graph).Distinct().Order(StringComparer.Ordinal).Select(domain => new OperatorSetIdProto { Domain = domain, Version = 1 }));
        foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static GraphProto ToGraphProto(GraphBuilder graph, string name)
    {
        var proto = new GraphProto { Name = name };
        proto.Input.Add(graph.Inputs.Select(ToProto));
        proto.Output.Add(graph.Outputs.Select(ToProto));
        proto.Initializer.Add(graph.Initializers.Select(ToProto));
        HashSet<GraphValue> read = [.. graph.Nodes.SelectMany(node => node.Inputs).OfType<GraphValue>(), .. graph.Outputs];
        proto.Node.Add(graph.Nodes.Select(node => ToProto(node, read)));
        return proto;
    }

    /// <summary>The domains of a graph's operators, and of those inside them, beyond ONNX's own.</summary>
    private static IEnumerable<string> Domains(GraphBuilder graph) =>
        graph.Nodes.SelectMany(node => node.Attributes.Values.OfType<GraphBuilder>().SelectMany(Domains).Append(node.Domain)).Where(domain => domain.Length > 0);

    private static ValueInfoProto ToProto(GraphValue value)
    {
        var shape = new TensorShapeProto();
        foreach (Dimension dimension in value.Shape)
        {
            shape.Dim.Add(dimension.Symbol is { } symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = dimension.Size });
        }
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)value.Type, Shape = shape };
        return new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = tensor } };
    }

    private static TensorProto ToProto(Initializer initializer)
    {
        var tensor = new TensorProto
        {
            Name = initializer.Value.Name,
            DataType = (int)initializer.Value.Type,
            RawData = UnsafeByteOperations.UnsafeWrap(initializer.Data),
        };
        tensor.Dims.Add(initializer.Value.Shape.Select(dimension => dimension.Size));
        return tensor;
    }

    private static NodeProto ToProto(GraphNode node, HashSet<GraphValue> read)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OperatorType, Domain = node.Domain };
        proto.Input.Add(node.Inputs.Select(input => input?.Name ?? ""));
        int outputs = node.Outputs.Count;
        while (outputs > 1 && HasOptionalOutputs(node) && !read.Contains(node.Outputs[outputs - 1]))
            outputs--;
        proto.Output.Add(node.Outputs.Take(outputs).Select(output => output.Name));
        proto.Attribute.Add(node.Attributes.Select(attribute => ToProto(attribute.Key, attribute.Value)));
        return proto;
    }

    /// <summary>The statistics of layer normalisation are for the backward pass only.</summary>
    private static bool HasOptionalOutputs(GraphNode node) => string.Equals(node.OperatorType, "LayerNormalization", StringComparison.Ordinal);

    private static AttributeProto ToProto(string name, object value)
    {
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case long integer:
                proto.Type = AttributeProto.Types.AttributeType.Int;
                proto.I = integer;
                break;
            case float real:
                proto.Type = AttributeProto.Types.AttributeType.Float;
                proto.F = real;
                break;
            case string text:
                proto.Type = AttributeProto.Types.AttributeType.String;
                proto.S = ByteString.CopyFromUtf8(text);
                break;
            case long[] integers:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.Add(integers);
                break;
            case string[] texts:
                proto.Type = AttributeProto.Types.AttributeType.Strings;
                proto.Strings.Add(texts.Select(ByteString.CopyFromUtf8));
                break;
            case GraphBuilder body:
                proto.Type = AttributeProto.Types.AttributeType.Graph;
                proto.G = ToGraphProto(body, name);
                break;
            default:
                throw new NotSupportedException($"Attribute '{name}' has the unsupported type {value.GetType()}.");
        }
        return proto;
    }
}
