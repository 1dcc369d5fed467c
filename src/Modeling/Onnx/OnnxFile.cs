namespace BertMLNet.Modeling;

/// <summary>Reads ONNX files that may come from anywhere.</summary>
internal static class OnnxFile
{
    /// <summary>Protocol buffers hold at most 2 GiB in one message.</summary>
    private const long LargestFile = int.MaxValue;

    /// <summary>Checks a file as <see cref="Check"/> does and parses it; what is allocated is bounded by the file's size.</summary>
    /// <exception cref="BertMLNetException">
    /// The file is missing, too large, damaged, not an ONNX model, or names files elsewhere.
    /// </exception>
    internal static OnnxModel Read(string path) => Open(path, stream =>
    {
        new OnnxFileCheck(path, new WireReader(stream)).Run(stream.Length);
        stream.Position = 0;
        return new OnnxModel(new WireReader(stream), stream.Length);
    });

    /// <summary>
    /// Checks a file that a runtime is to open, without reading its weights: its structure is whole, constants are as large as
    /// their shapes say, and weights in other files lie in the graph's folder and within those files.
    /// </summary>
    /// <exception cref="BertMLNetException">
    /// The file is missing, too large, damaged, not an ONNX model, or names files elsewhere.
    /// </exception>
    public static void Check(string path) => Open(path, stream =>
    {
        new OnnxFileCheck(path, new WireReader(stream)).Run(stream.Length);
        return true;
    });

    private static T Open<T>(string path, Func<FileStream, T> use)
    {
        try
        {
            RegularFile.Require(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return stream.Length <= LargestFile
                ? use(stream)
                : throw new BertMLNetException(
                    $"{path}: the file has {stream.Length} bytes; an ONNX model has at most {LargestFile}, larger weights lie in files "
                    + "beside it.");
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException($"{path}: not an ONNX model, or damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BertMLNetException($"{path}: no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>
/// Looks through an ONNX file before a runtime opens it, without reading the weights: messages lie within one another and
/// are not too many, constants hold as many bytes as their shapes say, and weights in other files are inside the graph's folder and inside
/// those files. Field numbers are those of the ONNX format.
/// </summary>
internal sealed class OnnxFileCheck(string path, WireReader reader)
{
    /// <summary>Graphs within graphs: a loop in a branch in a function is three deep.</summary>
    private const int MostDepth = 64;

    private const int ModelGraph = 7;

    /// <summary>The fields, message by message, in which a tensor or any number of other messages may lie somewhere below.</summary>
    private static readonly Dictionary<Message, Dictionary<int, Message>> Fields = new()
    {
        [Message.Model] = new() { [ModelGraph] = Message.Graph, [20] = Message.Training, [25] = Message.Function },
        [Message.Training] = new() { [1] = Message.Graph, [2] = Message.Graph },
        [Message.Function] = new() { [7] = Message.Node, [11] = Message.Attribute },
        [Message.Graph] = new()
        {
            [1] = Message.Node, [5] = Message.Tensor, [11] = Message.Value, [12] = Message.Value, [13] = Message.Value,
            [15] = Message.SparseTensor,
        },
        [Message.Node] = new() { [5] = Message.Attribute },
        [Message.Attribute] = new()
        {
            [5] = Message.Tensor, [6] = Message.Graph, [10] = Message.Tensor, [11] = Message.Graph, [22] = Message.SparseTensor,
            [23] = Message.SparseTensor,
        },
        [Message.SparseTensor] = new() { [1] = Message.Tensor, [2] = Message.Tensor },
        [Message.Value] = new() { [2] = Message.Type },
        [Message.Type] = new() { [1] = Message.TensorType },
        [Message.TensorType] = new() { [2] = Message.Shape },
        [Message.Shape] = [],
    };

    private bool _hasGraph;

    private enum Message
    {
        Model,
        Training,
        Function,
        Graph,
        Node,
        Attribute,
        SparseTensor,
        Tensor,
        Value,
        Type,
        TensorType,
        Shape,
    }

    /// <summary>Looks through the file.</summary>
    /// <param name="length">Its length.</param>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model.</exception>
    /// <exception cref="BertMLNetException">A constant is not what it says it is, or lies where it may not.</exception>
    public void Run(long length)
    {
        Walk(Message.Model, length, depth: 0);
        if (!_hasGraph)
            throw new InvalidDataException("it holds no graph");
    }

    private void Walk(Message message, long end, int depth)
    {
        if (depth > MostDepth)
            throw new InvalidDataException($"its messages lie more than {MostDepth} deep in one another");
        Dictionary<int, Message> inner = Fields[message];
        foreach (WireField field in reader.Fields(end))
        {
            if (field.Type != WireType.Bytes || !inner.TryGetValue(field.Number, out Message next))
                continue;
            _hasGraph |= message == Message.Model && field.Number == ModelGraph;
            if (next == Message.Tensor)
                CheckTensor(field.End);
            else
                Walk(next, field.End, depth + 1);
        }
    }

    private void CheckTensor(long end)
    {
        var tensor = new OnnxConstant(reader, end);
        long? bytes = tensor.SizeOf(path);
        if (tensor.IsExternal)
            CheckExternal(tensor, bytes);
        else if (tensor.RawBytes is { } raw && bytes is { } expected && raw != expected)
            throw Contradiction(tensor, raw, expected);
    }

    private void CheckExternal(OnnxConstant tensor, long? bytes)
    {
        string file = tensor.ExternalPath(path);
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            throw new BertMLNetException(
                $"{path}: constant '{tensor.Name}' lies in '{info.Name}', which is missing; copy it beside the graph.");
        }
        RegularFile.Require(file);
        long offset = tensor.ExternalNumber(path, "offset") ?? 0;
        long length = tensor.ExternalNumber(path, "length") ?? bytes ?? 0;
        if (offset < 0 || length < 0 || offset > info.Length || length > info.Length - offset)
        {
            throw new BertMLNetException(
                $"{file}: constant '{tensor.Name}' lies at byte {offset}, {length} long, but the file has {info.Length}; copy it again.");
        }
        if (bytes is { } expected && length != expected)
            throw Contradiction(tensor, length, expected);
    }

    private BertMLNetException Contradiction(OnnxConstant tensor, long held, long expected) => new(
        $"{path}: constant '{tensor.Name}' holds {held} bytes where its shape [{tensor.Shape}] takes {expected}; export it again.");
}
