using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using Google.Protobuf;

namespace BertMLNet.Export;

/// <summary>Turns a built graph into an ONNX model.</summary>
internal static class OnnxModelWriter
{
    /// <summary>The most bytes of constants: protocol buffers hold 2 GiB in one message, of which 16 MiB are kept for all else.</summary>
    internal const long LargestConstants = int.MaxValue - (16L << 20);

    /// <summary>Writes the model to a stream, constant by constant: no more than the largest is held.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stream">Where the model goes.</param>
    /// <param name="metadata">What a reader may want to know of the model.</param>
    /// <param name="progress">Told after every constant.</param>
    /// <param name="cancellationToken">Stops between constants.</param>
    /// <exception cref="BertMLNetException">The constants take more than 2 GiB.</exception>
    public static void Write(
        GraphBuilder graph,
        Stream stream,
        IReadOnlyDictionary<string, string>? metadata = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        long total = graph.Initializers.Sum(initializer => initializer.Size);
        if (total > LargestConstants)
            throw new BertMLNetException($"The graph's weights take {total} bytes; an ONNX file has room for {LargestConstants}.");

        // The parts of the model before, within and after its constants, in the order of the fields' numbers, as protocol buffers
        // write them.
        ModelProto start = Start(), end = End(graph, metadata);
        GraphProto before = Nodes(graph, "bert"), after = InputsAndOutputs(graph);
        TensorProto[] tensors = [.. graph.Initializers.Select(Describe)];
        long size = before.CalculateSize() + after.CalculateSize()
            + tensors.Zip(graph.Initializers, (tensor, initializer) => FieldSize(TensorSize(tensor, initializer.Size))).Sum();

        using var output = new CodedOutputStream(stream, leaveOpen: true);
        start.WriteTo(output);
        WriteHead(output, ModelProto.GraphFieldNumber, size);
        before.WriteTo(output);
        byte[] buffer = new byte[graph.Initializers.Select(initializer => initializer.Size).DefaultIfEmpty().Max()];
        long done = 0;
        foreach ((Initializer initializer, TensorProto tensor) in graph.Initializers.Zip(tensors))
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteHead(output, GraphProto.InitializerFieldNumber, TensorSize(tensor, initializer.Size));
            tensor.WriteTo(output);
            WriteHead(output, TensorProto.RawDataFieldNumber, initializer.Size);
            output.Flush();
            Span<byte> elements = buffer.AsSpan(0, (int)initializer.Size);
            initializer.Fill(elements);
            stream.Write(elements);
            done += initializer.Size;
            progress?.Report(new TransferProgress(initializer.Value.Name, done, total));
        }
        after.WriteTo(output);
        end.WriteTo(output);
    }

    /// <summary>The model's bytes, as a session takes them.</summary>
    /// <exception cref="BertMLNetException">The constants take more than 2 GiB.</exception>
    public static byte[] ToBytes(GraphBuilder graph)
    {
        using var stream = new MemoryStream();
        Write(graph, stream);
        return stream.ToArray();
    }

    private static ModelProto Start() => new()
    {
        IrVersion = Opset.IrVersion,
        ProducerName = "BertMLNet",
        ProducerVersion = typeof(OnnxModelWriter).Assembly.GetName().Version?.ToString(3),
    };

    private static ModelProto End(GraphBuilder graph, IReadOnlyDictionary<string, string>? metadata)
    {
        var model = new ModelProto();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset.Version });
        foreach (string domain in Domains(graph).Distinct().Order(StringComparer.Ordinal))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static GraphProto Nodes(GraphBuilder graph, string name)
    {
        var proto = new GraphProto { Name = name };
        HashSet<GraphValue> read = [.. graph.Nodes.SelectMany(node => node.Inputs).OfType<GraphValue>(), .. graph.Outputs];
        proto.Node.Add(graph.Nodes.Select(node => ToProto(node, read)));
        return proto;
    }

    private static GraphProto InputsAndOutputs(GraphBuilder graph)
    {
        var proto = new GraphProto();
        proto.Input.Add(graph.Inputs.Select(ToProto));
        proto.Output.Add(graph.Outputs.Select(ToProto));
        return proto;
    }

    /// <summary>A graph inside a node, whose constants are the outer graph's.</summary>
    private static GraphProto ToProto(GraphBuilder body, string name)
    {
        GraphProto proto = Nodes(body, name);
        proto.MergeFrom(InputsAndOutputs(body));
        return proto;
    }

    /// <summary>The bytes of a constant: its description and its elements.</summary>
    private static long TensorSize(TensorProto tensor, long elements) => tensor.CalculateSize() + FieldSize(elements);

    /// <summary>The bytes of a field of so many bytes: all fields here have numbers of one byte.</summary>
    private static long FieldSize(long content) => 1 + CodedOutputStream.ComputeLengthSize((int)content) + content;

    private static void WriteHead(CodedOutputStream output, int field, long size)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)size);
    }

    /// <summary>The domains of a graph's operators, and of those inside them, beyond ONNX's own.</summary>
    private static IEnumerable<string> Domains(GraphBuilder graph) =>
        graph.Nodes
            .SelectMany(node => node.Attributes.Values.OfType<GraphBuilder>().SelectMany(Domains).Append(node.Domain))
            .Where(domain => domain.Length > 0);

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

    /// <summary>A constant but for its elements.</summary>
    private static TensorProto Describe(Initializer initializer)
    {
        var tensor = new TensorProto { Name = initializer.Value.Name, DataType = (int)initializer.Value.Type };
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
    private static bool HasOptionalOutputs(GraphNode node) =>
        string.Equals(node.OperatorType, "LayerNormalization", StringComparison.Ordinal);

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
                proto.G = ToProto(body, name);
                break;
            default:
                throw new NotSupportedException($"Attribute '{name}' has the unsupported type {value.GetType()}.");
        }
        return proto;
    }
}

/// <summary>The versions and domains of the format that BertMLNet writes.</summary>
internal static class Opset
{
    /// <summary>ONNX's own operator set.</summary>
    public const int Version = 17;

    /// <summary>The file format's version.</summary>
    public const int IrVersion = 8;

    /// <summary>The domain of ONNX Runtime's contributed operators.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>The domain of onnxruntime-extensions, a library of its own.</summary>
    public const string Extensions = "ai.onnx.contrib";
}
