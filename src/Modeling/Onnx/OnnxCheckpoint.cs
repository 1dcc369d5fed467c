namespace BertMLNet.Modeling;

/// <summary>
/// BERT's weights out of an ONNX graph, whoever exported it: found by what the graph does with them, not by their names,
/// since exporters fold and transpose weights and name them anew. Each shows under its Hugging Face name and shape.
/// </summary>
internal sealed class OnnxCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, WeightSource> _sources;
    private readonly TensorFile _file;

    private OnnxCheckpoint(string path, TensorFile file, Dictionary<string, WeightSource> sources)
    {
        Path = path;
        _file = file;
        _sources = sources;
        Tensors = sources.ToDictionary(source => source.Key, source => Describe(source.Key, source.Value));
    }

    public string Format => "ONNX";

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads the graph and finds the weights.</summary>
    /// <exception cref="BertMLNetException">
    /// The file is missing, damaged, names files elsewhere, or is not a BERT in ONNX's own operators.
    /// </exception>
    public static OnnxCheckpoint Open(string path)
    {
        Dictionary<string, WeightSource> sources = new WeightFinder(path, OnnxFile.Read(path).Graph).Find();
        return Owned.HandOn(new TensorFile(path), file => new OnnxCheckpoint(path, file, sources));
    }

    public void Read(string name, Span<float> destination)
    {
        if (!_sources.TryGetValue(name, out WeightSource? source))
            throw new BertMLNetException($"{Path}: the graph has no parameter '{name}'.");
        if (destination.Length != Tensors[name].Count)
            throw new BertMLNetException($"{Path}: parameter '{name}' has {Tensors[name].Count} elements, expected {destination.Length}.");
        if (source.Transposed)
        {
            (int columns, int rows) = ((int)source.Tensor.Dimensions[0], (int)source.Tensor.Dimensions[1]);
            Matrix.Transpose(values => source.Tensor.Read(_file, values), rows, columns, destination);
        }
        else
        {
            source.Tensor.Read(_file, destination);
        }
    }

    public void Dispose() => _file.Dispose();

    private TensorInfo Describe(string name, WeightSource source)
    {
        long[] shape = [.. source.Tensor.Dimensions];
        (string type, int size) = source.Tensor.FloatType;
        if (CheckpointChecks.CountOf(shape) is not { } count)
        {
            throw new BertMLNetException(
                $"{Path}: constant '{source.Tensor.Name}', which is '{name}', claims the shape [{string.Join(", ", shape)}].");
        }
        if (source.Transposed)
            Array.Reverse(shape);
        return new(type, shape, count * size);
    }
}

/// <summary>Recognises ONNX: a file named <c>*.onnx</c>, or a folder that holds <c>onnx/model.onnx</c> or <c>model.onnx</c>.</summary>
internal sealed class OnnxCheckpointFormat : ICheckpointFormat
{
    public string Files => "model.onnx";

    public ICheckpoint? TryOpen(string path)
    {
        string[] candidates = Directory.Exists(path)
            ? [Path.Combine(path, "onnx", Files), Path.Combine(path, Files)]
            : path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? [path] : [];
        return Array.Find(candidates, File.Exists) is { } file ? OnnxCheckpoint.Open(file) : null;
    }
}
