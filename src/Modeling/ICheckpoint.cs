namespace BertMLNet.Modeling;

/// <summary>
/// A file or folder of named tensors, open for reading: the port behind which every checkpoint format stands. Tensors
/// are read one at a time into the caller's memory, so a reader never holds the whole model.
/// </summary>
public interface ICheckpoint : IDisposable
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
