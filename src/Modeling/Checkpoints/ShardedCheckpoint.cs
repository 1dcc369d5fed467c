using System.Buffers;
using System.Text.Json;

namespace BertMLNet.Modeling;

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
    public static ShardedCheckpoint Open(string indexPath, Func<string, ICheckpoint> openShard)
    {
        var checkpoint = new ShardedCheckpoint(indexPath);
        try
        {
            checkpoint.ReadIndex(openShard);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

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
