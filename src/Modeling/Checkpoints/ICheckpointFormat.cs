namespace BertMLNet.Modeling;

/// <summary>A checkpoint format that <see cref="CheckpointFormats"/> can open; other assemblies add theirs.</summary>
public interface ICheckpointFormat
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
