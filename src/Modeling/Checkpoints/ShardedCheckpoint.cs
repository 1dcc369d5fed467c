using System.Buffers;
using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>A format whose checkpoints are one file, or several with an index; or a folder that holds them.</summary>
/// <param name="fileName">The file's name in a folder.</param>
/// <param name="ending">What the name of a file ends with that is of this format whatever it holds.</param>
/// <param name="open">Opens one file.</param>
/// <param name="isStart">Whether a file of another name starts as this format does.</param>
internal sealed class ShardableFormat(string fileName, string ending, Func<string, ICheckpoint> open, Func<string, bool> isStart)
    : ICheckpointFormat
{
    private const string Index = ".index.json";

    public string Files => fileName;

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            if (Path.Combine(path, fileName) is var file && File.Exists(file))
                return open(file);
            return Path.Combine(path, fileName + Index) is var index && File.Exists(index) ? ShardedCheckpoint.Open(index, open) : null;
        }
        if (path.EndsWith(Path.GetExtension(fileName) + Index, StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return ShardedCheckpoint.Open(path, open);
        return path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && File.Exists(path) || isStart(path) ? open(path) : null;
    }
}

/// <summary>
/// A checkpoint in several files with an index that names each tensor's file (<c>model.safetensors.index.json</c>,
/// <c>pytorch_model.bin.index.json</c>).
/// </summary>
internal sealed class ShardedCheckpoint : ICheckpoint
{
    private const long LargestIndex = 16 << 20;
    private const int MostShards = 1000;
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\:\0");

    private readonly Dictionary<string, ICheckpoint> _shards = [];
    private readonly Dictionary<string, ICheckpoint> _shardOf = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];

    private ShardedCheckpoint(string indexPath) => Path = indexPath;

    public string Format => $"{_shards.Values.First().Format}, {_shards.Count} files";

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Reads the index and opens every file that it names.</summary>
    /// <exception cref="BertMLNetException">The index is damaged, or a file or tensor that it names is missing.</exception>
    public static ShardedCheckpoint Open(string indexPath, Func<string, ICheckpoint> openShard) =>
        Owned.Prepared(new ShardedCheckpoint(indexPath), checkpoint => checkpoint.ReadIndex(openShard));

    public void Read(string name, Span<float> destination)
    {
        this.RequireReadable(name, destination.Length);
        _shardOf[name].Read(name, destination);
    }

    public void Dispose()
    {
        foreach (ICheckpoint shard in _shards.Values)
            shard.Dispose();
    }

    private void ReadIndex(Func<string, ICheckpoint> openShard)
    {
        using var index = JsonFile.Parse(SmallFile.Read(Path, LargestIndex), Path, asEdited: true);
        if (index.Root["weight_map"] is not { Kind: JsonValueKind.Object, MemberCount: > 0 } map)
            throw new BertMLNetException($"{Path}: has no \"weight_map\" of tensors and their files.");
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        foreach ((string tensor, JsonPart value) in map.Members())
        {
            string file = value.AsString();
            if (!_shards.TryGetValue(file, out ICheckpoint? shard))
            {
                // An index may name files beside it, never ones elsewhere on the disk.
                if (file.AsSpan().ContainsAny(NotInNames) || file is "" or "." or "..")
                    throw new BertMLNetException($"{Path}: names the file '{file}', expected one in its own folder.");
                if (_shards.Count == MostShards)
                    throw new BertMLNetException($"{Path}: names more than {MostShards} files.");
                shard = openShard(System.IO.Path.Combine(folder, file));
                _shards.Add(file, shard);
            }
            if (!shard.Tensors.TryGetValue(tensor, out TensorInfo? info))
                throw new BertMLNetException($"{Path}: says that tensor '{tensor}' is in '{file}', which does not hold it.");
            if (!_tensors.TryAdd(tensor, info))
                throw new BertMLNetException($"{Path}: names tensor '{tensor}' twice.");
            _shardOf.Add(tensor, shard);
        }
    }
}
