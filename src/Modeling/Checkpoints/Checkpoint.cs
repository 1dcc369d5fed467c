namespace BertMLNet.Modeling;

/// <summary>
/// A file or folder of named tensors, open for reading: the port behind which every checkpoint format stands. Tensors
/// are read one at a time into the caller's memory, so a reader never holds the whole model.
/// </summary>
internal interface ICheckpoint : IDisposable
{
    /// <summary>The format's name for messages, e.g. <c>safetensors</c>.</summary>
    string Format { get; }

    /// <summary>The file or folder the tensors come from.</summary>
    string Path { get; }

    /// <summary>The tensors by the name the checkpoint gives them.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads a floating-point tensor, widened to single precision, row-major.</summary>
    /// <param name="name">A key of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly as long as the tensor has elements.</param>
    /// <exception cref="BertMLNetException">The tensor is damaged or not of a floating-point type.</exception>
    void Read(string name, Span<float> destination);
}

/// <summary>What a checkpoint says of one tensor.</summary>
/// <param name="ElementType">The element type in upper case as safetensors writes it: F32, F16, BF16, I64, ….</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="ByteCount">The bytes the tensor takes in the file.</param>
internal sealed record TensorInfo(string ElementType, long[] Shape, long ByteCount)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}

/// <summary>The checks that checkpoint readers share.</summary>
internal static class CheckpointChecks
{
    /// <summary>Finds a tensor that is about to be read as floating point into <paramref name="length"/> elements.</summary>
    public static TensorInfo RequireReadable(this ICheckpoint checkpoint, string name, int length)
    {
        if (!checkpoint.Tensors.TryGetValue(name, out TensorInfo? info))
            throw new BertMLNetException($"{checkpoint.Path}: holds no tensor '{name}'.");
        if (!ElementTypes.IsFloatingPoint(info.ElementType))
        {
            throw new BertMLNetException(
                $"{checkpoint.Path}: tensor '{name}' is of type {info.ElementType}, expected F32, F16, BF16 or F64.");
        }
        if (info.Count != length)
            throw new BertMLNetException($"{checkpoint.Path}: tensor '{name}' has {info.Count} elements, expected {length}.");
        return info;
    }

    /// <summary>The number of elements of a shape from a file; null where a size is negative or the product overflows.</summary>
    public static long? CountOf(ReadOnlySpan<long> shape)
    {
        long count = 1;
        bool zero = false;
        foreach (long size in shape)
        {
            if (size < 0)
                return null;
            zero |= size == 0;
            if (!zero && size > long.MaxValue / 16 / count)
                return null;
            count *= zero ? 1 : size;
        }
        return zero ? 0 : count;
    }
}

/// <summary>Finds out what a path holds and opens it.</summary>
internal static class CheckpointFormats
{
    private static readonly ICheckpointFormat[] All =
    [
        new ShardableFormat("model.safetensors", ".safetensors", SafetensorsCheckpoint.Open, SafetensorsCheckpoint.IsStart),
        new ShardableFormat("pytorch_model.bin", "pytorch_model.bin", PyTorchCheckpoint.Open, PyTorchCheckpoint.IsStart),
        new TensorFlowFormat(),
        new OnnxCheckpointFormat(),
    ];

    /// <summary>
    /// Opens a checkpoint: a model folder, a file, or the prefix of a TensorFlow checkpoint. A file is known by its
    /// content, not by its name; a folder that holds several formats gives the first of safetensors, PyTorch, TensorFlow and ONNX.
    /// </summary>
    /// <exception cref="BertMLNetException">There is no checkpoint, or it is damaged.</exception>
    public static ICheckpoint Open(string path)
    {
        if (TryOpen(path) is { } checkpoint)
            return checkpoint;
        string expected = string.Join(", ", All.Select(format => format.Files));
        if (Directory.Exists(path))
            throw new BertMLNetException($"{path}: the folder holds no weights; expected one of {expected}.");
        throw new BertMLNetException(File.Exists(path)
            ? $"{path}: not a checkpoint in a known format; expected one of {expected}."
            : $"{path}: no such file or folder.");
    }

    /// <summary>Opens a checkpoint as <see cref="Open"/> does; null where there is none.</summary>
    /// <exception cref="BertMLNetException">There is a checkpoint, and it is damaged.</exception>
    public static ICheckpoint? TryOpen(string path) =>
        All.Select(format => format.TryOpen(path)).FirstOrDefault(checkpoint => checkpoint is not null);
}

/// <summary>A format of checkpoints.</summary>
internal interface ICheckpointFormat
{
    /// <summary>What the format's files are called, for the message where none is found, e.g. <c>model.safetensors</c>.</summary>
    string Files { get; }

    /// <summary>
    /// Opens a file of this format, or the one that a folder holds. Null where the path is not, or holds nothing, of
    /// this format.
    /// </summary>
    /// <exception cref="BertMLNetException">The path is of this format, and damaged.</exception>
    ICheckpoint? TryOpen(string path);
}

/// <summary>Looks at a file's first or last bytes to find out its format.</summary>
internal static class FileStart
{
    /// <summary>Fills the span from the file's start; false where the file is absent, unreadable or shorter.</summary>
    public static bool TryRead(string path, Span<byte> start) => TryRead(path, start, fromEnd: false);

    /// <summary>Fills the span with the file's last bytes; false where the file is absent, unreadable or shorter.</summary>
    public static bool TryReadEnd(string path, Span<byte> end) => TryRead(path, end, fromEnd: true);

    private static bool TryRead(string path, Span<byte> bytes, bool fromEnd)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            RegularFile.Require(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length < bytes.Length)
                return false;
            stream.Position = fromEnd ? stream.Length - bytes.Length : 0;
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
