namespace BertMLNet.Modeling;

/// <summary>Recognises <c>torch.save</c>'s files: a zip archive or a pickle, or a folder that holds one.</summary>
internal sealed class PyTorchFormat : ICheckpointFormat
{
    private const string FileName = "pytorch_model.bin";
    private const string IndexName = FileName + ".index.json";

    public string Files => FileName;

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            if (Path.Combine(path, FileName) is var file && File.Exists(file))
                return PyTorchCheckpoint.Open(file);
            return Path.Combine(path, IndexName) is var index && File.Exists(index) ? OpenIndex(index) : null;
        }
        if (path.EndsWith(".bin.index.json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return OpenIndex(path);
        return path.EndsWith(FileName, StringComparison.OrdinalIgnoreCase) && File.Exists(path) || StartsAsTorch(path)
            ? PyTorchCheckpoint.Open(path)
            : null;
    }

    private static ShardedCheckpoint OpenIndex(string path) => ShardedCheckpoint.Open(path, PyTorchCheckpoint.Open);

    private static bool StartsAsTorch(string path)
    {
        Span<byte> start = stackalloc byte[PyTorchCheckpoint.StartLength];
        return FileStart.TryRead(path, start) && (PyTorchCheckpoint.IsZip(start) || PyTorchCheckpoint.IsLegacy(start));
    }
}
