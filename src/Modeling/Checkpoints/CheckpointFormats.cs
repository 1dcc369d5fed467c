namespace BertMLNet.Modeling;

/// <summary>Finds out what a path holds and opens it.</summary>
public static class CheckpointFormats
{
    private static readonly ICheckpointFormat[] All =
        [new SafetensorsFormat(), new PyTorchFormat(), new TensorFlowFormat(), new OnnxCheckpointFormat()];

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
