using System.Buffers.Binary;

namespace BertMLNet.Modeling;

/// <summary>Recognises safetensors: a file that starts with a header's length and an opening brace, or a folder that holds one.</summary>
internal sealed class SafetensorsFormat : ICheckpointFormat
{
    private const string FileName = "model.safetensors";
    private const string IndexName = FileName + ".index.json";

    public string Files => FileName;

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            if (Path.Combine(path, FileName) is var file && File.Exists(file))
                return SafetensorsCheckpoint.Open(file);
            return Path.Combine(path, IndexName) is var index && File.Exists(index) ? OpenIndex(index) : null;
        }
        if (path.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return OpenIndex(path);
        return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(path) || StartsAsHeader(path)
            ? SafetensorsCheckpoint.Open(path)
            : null;
    }

    private static ShardedCheckpoint OpenIndex(string path) => ShardedCheckpoint.Open(path, SafetensorsCheckpoint.Open);

    private static bool StartsAsHeader(string path)
    {
        Span<byte> start = stackalloc byte[9];
        return FileStart.TryRead(path, start) && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) < uint.MaxValue;
    }
}
