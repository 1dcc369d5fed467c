using System.Buffers;
using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT's weights out of an ONNX graph, whoever exported it: found by what the graph does with them, not by their names,
/// since exporters fold and transpose weights and name them anew. Each shows under its Hugging Face name and shape.
/// </summary>
public sealed class OnnxCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, WeightSource> _sources;
    private readonly OnnxTensorReader _reader;

    private OnnxCheckpoint(string path, OnnxTensorReader reader, Dictionary<string, WeightSource> sources)
    {
        Path = path;
        _reader = reader;
        _sources = sources;
        Tensors = sources.ToDictionary(source => source.Key, source => Describe(source.Key, source.Value));
    }

    /// <inheritdoc/>
    public string Format => "ONNX";

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads the graph and finds the weights.</summary>
    /// <exception cref="BertMLNetException">The file is missing, damaged, names files elsewhere, or is not a BERT in ONNX's own operators.</exception>
    public static OnnxCheckpoint Open(string path)
    {
        GraphProto graph = OnnxFile.Read(path).Graph;
        var reader = new OnnxTensorReader(path);
        return new(path, reader, new WeightFinder(path, graph).Find());
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        if (!_sources.TryGetValue(name, out WeightSource? source))
            throw new BertMLNetException($"{Path}: the graph has no parameter '{name}'.");
        if (destination.Length != Tensors[name].Count)
            throw new BertMLNetException($"{Path}: parameter '{name}' has {Tensors[name].Count} elements, expected {destination.Length}.");
        if (!source.Transposed)
        {
            _reader.Read(source.Tensor, destination);
            return;
        }
        // Rented, since a large model would otherwise leave a copy of itself to the garbage collector.
        float[] stored = ArrayPool<float>.Shared.Rent(destination.Length);
        try
        {
            _reader.Read(source.Tensor, stored.AsSpan(0, destination.Length));
            Matrix.Transpose(stored, rows: (int)source.Tensor.Dims[1], columns: (int)source.Tensor.Dims[0], destination);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(stored);
        }
    }

    /// <summary>The file is read when it is opened; nothing is held.</summary>
    public void Dispose()
    {
    }

    private TensorInfo Describe(string name, WeightSource source)
    {
        long[] shape = [.. source.Tensor.Dims];
        (string type, int size) = OnnxTensorReader.ElementOf(source.Tensor);
        if (CheckpointChecks.CountOf(shape) is not { } count)
            throw new BertMLNetException($"{Path}: constant '{source.Tensor.Name}', which is '{name}', claims the shape [{string.Join(", ", shape)}].");
        if (source.Transposed)
            Array.Reverse(shape);
        return new(type, shape, count * size);
    }
}
