namespace BertMLNet.Modeling;

/// <summary>Finds out what a path holds and opens it.</summary>
public static class CheckpointFormats
{
    private static readonly ICheckpointFormat[] BuiltIn = [new SafetensorsFormat(), new PyTorchFormat(), new TensorFlowFormat()];

    /// <summary>
    /// Opens a checkpoint: a model folder, a file, or the prefix of a TensorFlow checkpoint. A file is known by its
    /// content, not by its name; a folder that holds several formats gives the first of safetensors, PyTorch, TensorFlow and
    /// <paramref name="more"/>.
    /// </summary>
    /// <exception cref="BertMLNetException">There is no checkpoint, or it is damaged.</exception>
    public static ICheckpoint Open(string path, params IReadOnlyList<ICheckpointFormat> more)
    {
        if (TryOpen(path, more) is { } checkpoint)
            return checkpoint;
        string expected = string.Join(", ", BuiltIn.Concat(more).Select(format => format.Files));
        if (Directory.Exists(path))
            throw new BertMLNetException($"{path}: the folder holds no weights; expected one of {expected}.");
        throw new BertMLNetException(File.Exists(path)
            ? $"{path}: not a checkpoint in a known format; expected one of {expected}."
            : $"{path}: no such file or folder.");
    }

    /// <summary>Opens a checkpoint as <see cref="Open"/> does; null where there is none.</summary>
    /// <exception cref="BertMLNetException">There is a checkpoint, and it is damaged.</exception>
    public static ICheckpoint? TryOpen(string path, params IReadOnlyList<ICheckpointFormat> more) =>
        BuiltIn.Concat(more).Select(format => format.TryOpen(path)).FirstOrDefault(checkpoint => checkpoint is not null);
}
