using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Recognises TensorFlow checkpoints: an index, the prefix of one, or a folder that holds one.</summary>
internal sealed partial class TensorFlowFormat : ICheckpointFormat
{
    private const string Extension = ".index";
    private const long LargestState = 1 << 16;

    public string Files => "bert_model.ckpt.index";

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
            return FindPrefix(path) is { } found ? TensorFlowCheckpoint.Open(found) : null;
        if (path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path) || EndsAsTable(path))
        {
            return path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
                ? TensorFlowCheckpoint.Open(path[..^Extension.Length])
                : throw new BertMLNetException($"{path}: is a TensorFlow checkpoint's index, but its name does not end in {Extension}.");
        }
        return File.Exists(path + Extension) ? TensorFlowCheckpoint.Open(path) : null;
    }

    /// <summary>The checkpoint that the folder's state file names, or else its only one, or else a SavedModel's variables.</summary>
    private static string? FindPrefix(string folder)
    {
        string state = Path.Combine(folder, "checkpoint");
        // Other tools have a file of this name, too.
        if (new FileInfo(state) is { Exists: true, Length: <= LargestState })
        {
            Match latest = LatestCheckpoint().Match(Encoding.UTF8.GetString(SmallFile.Read(state, LargestState)));
            // The state names the folder that the checkpoint was written to; the files may have moved, this file with them.
            if (latest.Success && Path.Combine(folder, Path.GetFileName(latest.Groups["path"].Value)) is var named
                && File.Exists(named + Extension))
                return named;
        }
        string[] all = [.. Directory.EnumerateFiles(folder, "*" + Extension).Where(IsIndex).Select(file => file[..^Extension.Length])];
        if (all.Length > 1)
        {
            throw new BertMLNetException(
                $"{folder}: holds {all.Length} TensorFlow checkpoints; name one, such as {all.Order(StringComparer.Ordinal).Last()}.");
        }
        if (all.Length == 1)
            return all[0];
        string variables = Path.Combine(folder, "variables", "variables");
        return File.Exists(variables + Extension) ? variables : null;
    }

    /// <summary>Whether an index is TensorFlow's: it ends as one, or the data lie beside it, and then its end is damaged.</summary>
    private static bool IsIndex(string path) =>
        EndsAsTable(path)
        || Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}.data-*-of-*").Any();

    private static bool EndsAsTable(string path)
    {
        Span<byte> end = stackalloc byte[8];
        return FileStart.TryReadEnd(path, end) && BinaryPrimitives.ReadUInt64LittleEndian(end) == LevelTable.Magic;
    }

    [GeneratedRegex(
        """^[ \t]*model_checkpoint_path:[ \t]*"(?<path>[^"\n]*)"[ \t\r]*$""",
        RegexOptions.Multiline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LatestCheckpoint();
}

/// <summary>
/// A TensorFlow checkpoint in the V2 format ("tensor bundle"): <c>NAME.index</c>, a table of names, types, shapes and
/// places, and <c>NAME.data-0000x-of-0000y</c>, the tensors' bytes. Opening it reads the index alone; the data files are
/// opened when a tensor is read.
/// </summary>
internal sealed class TensorFlowCheckpoint : ICheckpoint
{
    private const long LargestIndex = 32 << 20;
    private const int MostTensors = 100_000;
    private const int MostShards = 99_999;

    private readonly Dictionary<string, BundleEntry> _entries = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<int, TensorFile> _shards = [];
    private int _shardCount;

    private TensorFlowCheckpoint(string prefix) => Path = prefix;

    public string Format => "TensorFlow";

    /// <summary>The files' common prefix, e.g. <c>bert_model.ckpt</c>.</summary>
    public string Path { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Opens the index of the checkpoint with the given prefix, e.g. <c>folder/bert_model.ckpt</c>.</summary>
    /// <exception cref="BertMLNetException">The index is missing or damaged, or a data file that is there is too short.</exception>
    public static TensorFlowCheckpoint Open(string prefix)
    {
        var checkpoint = new TensorFlowCheckpoint(prefix);
        string index = $"{prefix}.index";
        byte[] table = SmallFile.Read(index, LargestIndex);
        string current = "";
        try
        {
            new LevelTable(table).ForEach((key, value) =>
            {
                current = key;
                checkpoint.Add(key, value);
            });
        }
        catch (InvalidDataException exception)
        {
            string where = current.Length == 0 ? "" : $" at or after tensor '{current}'";
            throw new BertMLNetException($"{index}: damaged{where}: {exception.Message}.", exception);
        }
        if (checkpoint._shardCount == 0)
            throw new BertMLNetException($"{index}: has no header entry; it is not the index of a checkpoint.");
        checkpoint.CheckPlaces();
        return checkpoint;
    }

    public void Read(string name, Span<float> destination)
    {
        TensorInfo info = this.RequireReadable(name, destination.Length);
        BundleEntry entry = _entries[name];
        if (entry.IsSliced)
            throw new BertMLNetException($"{Path}: tensor '{name}' is saved in slices; save the model without partitioned variables.");
        TensorFile shard = Shard(entry.Shard);
        string what = $"tensor '{name}'";
        uint state = 0;
        shard.ForEach(entry.Offset, info.ByteCount, bytes => state = Crc32C.Append(state, bytes), what);
        uint found = Crc32C.Mask(state);
        if (found != entry.Checksum)
        {
            throw new BertMLNetException(
                $"{shard.Path}: {what} has the checksum {found:x8}, expected {entry.Checksum:x8}; the file is damaged.");
        }
        shard.ReadFloats(entry.Offset, info.ElementType, destination, what);
    }

    public void Dispose()
    {
        foreach (TensorFile shard in _shards.Values)
            shard.Dispose();
    }

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        if (key.Length == 0)
        {
            ReadHeader(value);
            return;
        }
        if (_entries.Count == MostTensors)
            throw new InvalidDataException($"more than {MostTensors} tensors");
        var entry = BundleEntry.Parse(value);
        if (entry.Shard >= _shardCount)
            throw new InvalidDataException($"tensor '{key}' lies in data file {entry.Shard} of {_shardCount}");
        // Bytes that are not UTF-8 may make two keys one text.
        if (!_entries.TryAdd(key, entry))
            throw new InvalidDataException($"tensor '{key}' appears twice");
        _tensors.Add(key, entry.Info);
    }

    private void ReadHeader(ReadOnlySpan<byte> message)
    {
        foreach (WireField field in new WireReader(message).Fields(message.Length))
        {
            if (field.Number == 1)
                _shardCount = field.Value is > 0 and <= MostShards
                    ? (int)field.Value
                    : throw new InvalidDataException($"{field.Value} data files");
            else if (field.Number == 2 && field.Value != 0)
                throw new InvalidDataException("the data are big-endian");
        }
    }

    /// <summary>
    /// Checks the places of the tensors against those data files that are there, so that a cut-off file is found at once.
    /// </summary>
    private void CheckPlaces()
    {
        foreach (IGrouping<int, KeyValuePair<string, BundleEntry>> shard in _entries.GroupBy(entry => entry.Value.Shard))
        {
            var file = new FileInfo(ShardPath(shard.Key));
            if (!file.Exists)
                continue;
            foreach ((string name, BundleEntry entry) in shard)
            {
                if (entry.Offset > file.Length - entry.Info.ByteCount)
                {
                    throw new BertMLNetException(
                        $"{file.FullName}: tensor '{name}' lies at bytes {entry.Offset} to {entry.Offset + entry.Info.ByteCount}, but "
                        + $"the file has {file.Length}; it is cut off.");
                }
            }
        }
    }

    private TensorFile Shard(int number)
    {
        if (!_shards.TryGetValue(number, out TensorFile? file))
        {
            file = new TensorFile(ShardPath(number));
            _shards.Add(number, file);
        }
        return file;
    }

    private string ShardPath(int number) => string.Create(CultureInfo.InvariantCulture, $"{Path}.data-{number:D5}-of-{_shardCount:D5}");
}
