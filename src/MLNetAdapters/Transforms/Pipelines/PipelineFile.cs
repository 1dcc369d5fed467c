using System.IO.Compression;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>
/// The part of a pipeline file that is ours: beside ML.NET's own entries, which are left alone, a manifest and the files
/// of model folders. What is read is not trusted: sizes are bounded and no file lands outside its folder.
/// </summary>
internal static class PipelineFile
{
    private const string ManifestEntry = "BertMLNet/pipeline.json";
    private const string ModelsPrefix = "BertMLNet/models/";
    private const int MostFiles = 1000;
    private const long MostManifestBytes = 16 << 20;

    /// <summary>Far above BERT-large's weights in every precision that is exported.</summary>
    private const long MostModelBytes = 16L << 30;

    public static void WriteManifest(ZipArchive archive, PipelineManifest manifest)
    {
        using Stream stream = archive.CreateEntry(ManifestEntry).Open();
        JsonSerializer.Serialize(stream, manifest);
    }

    /// <summary>Packs the files of a model folder that scoring reads.</summary>
    public static void WriteModel(ZipArchive archive, int number, string folder)
    {
        foreach (string file in SavedModelFolder.FilesOf(folder))
        {
            // Weights hardly shrink, and stored as they are they are quick to read.
            ZipArchiveEntry entry = archive.CreateEntry($"{ModelsPrefix}{number}/{file}", CompressionLevel.NoCompression);
            RegularFile.Require(Path.Combine(folder, file));
            using FileStream source = File.OpenRead(Path.Combine(folder, file));
            using Stream target = entry.Open();
            source.CopyTo(target);
        }
    }

    /// <summary>Reads the manifest; null where the file has none, as those that ML.NET alone wrote.</summary>
    /// <exception cref="BertMLNetException">The manifest is damaged.</exception>
    public static PipelineManifest? ReadManifest(ZipArchive archive, string path)
    {
        if (archive.GetEntry(ManifestEntry) is not { } entry)
            return null;
        if (entry.Length > MostManifestBytes)
            throw Damaged(path, $"its manifest is {entry.Length} bytes long");
        try
        {
            using var memory = new MemoryStream();
            CopyExactly(entry, memory, path);
            ReadOnlySpan<byte> json = memory.GetBuffer().AsSpan(0, (int)memory.Length);
            return JsonSerializer.Deserialize<PipelineManifest>(json) is { Transformers: { } items } manifest
                && items.All(item => item is { Position: not null, Kind: not null, Options.ValueKind: JsonValueKind.Object })
                ? manifest
                : throw Damaged(path, "its manifest is not complete");
        }
        catch (JsonException exception)
        {
            throw new BertMLNetException($"{path}: is a damaged pipeline: its manifest is not readable: {exception.Message}", exception);
        }
    }

    /// <summary>Unpacks every model folder into <paramref name="target"/>, each under its number.</summary>
    /// <exception cref="BertMLNetException">An entry is too large, or points outside its folder.</exception>
    public static void ExtractModels(ZipArchive archive, string path, string target)
    {
        ZipArchiveEntry[] entries = [.. archive.Entries.Where(entry => entry.FullName.StartsWith(ModelsPrefix, StringComparison.Ordinal))];
        if (entries.Length > MostFiles)
            throw Damaged(path, $"it has {entries.Length} model files");
        if (entries.Any(entry => entry.Length > MostModelBytes) || entries.Sum(entry => entry.Length) > MostModelBytes)
            throw Damaged(path, $"its model files take more than {MostModelBytes >> 30} GiB");
        string root = Path.GetFullPath(target) + Path.DirectorySeparatorChar;
        string[] files = [.. entries.Select(entry => FileOf(entry, root, path))];
        foreach ((ZipArchiveEntry entry, string file) in entries.Zip(files))
            AtomicFile.Write(file, stream => CopyExactly(entry, stream, path));
    }

    private static string FileOf(ZipArchiveEntry entry, string root, string path)
    {
        // A null character is in no name, and no path can be made of it.
        string name = entry.FullName.Replace('\0', '?');
        string file = Path.GetFullPath(Path.Combine(root, name[ModelsPrefix.Length..]));
        return name == entry.FullName && file.StartsWith(root, StringComparison.Ordinal) && entry.Name.Length > 0
            ? file
            : throw Damaged(path, $"its entry '{name}' does not name a file inside a model folder");
    }

    /// <summary>The stated length of an entry was checked, so not a byte more is taken.</summary>
    private static void CopyExactly(ZipArchiveEntry entry, Stream target, string path)
    {
        try
        {
            using Stream source = entry.Open();
            byte[] buffer = new byte[1 << 16];
            long left = entry.Length;
            for (int read; (read = source.Read(buffer)) > 0; left -= read)
            {
                if (read > left)
                    throw Damaged(path, $"its entry '{entry.FullName}' is longer than stated");
                target.Write(buffer, 0, read);
            }
            if (left > 0)
                throw Damaged(path, $"its entry '{entry.FullName}' is cut off");
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException(
                $"{path}: is a damaged pipeline: its entry '{entry.FullName}' cannot be read: {exception.Message}", exception);
        }
    }

    public static BertMLNetException Damaged(string path, string what) =>
        new($"{path}: is a damaged pipeline: {what}; save it again with BertPipeline.Save.");
}

/// <summary>The graph that a packed transformer scores with: a file of its model folder, named by its place in it.</summary>
internal static class PackedGraph
{
    /// <summary>The place of a graph inside a folder, with '/'; null where it lies elsewhere.</summary>
    public static string? Within(string folder, string graph)
    {
        if (graph.Contains('\0'))
            return null;
        string root = Path.GetFullPath(folder);
        string place = Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(root, graph)));
        return Path.IsPathRooted(place) || place is "." or ".."
            || place.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? null
            : place.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Scoring options whose graph is named by its place in the model folder.</summary>
    /// <exception cref="BertMLNetException">It lies elsewhere.</exception>
    public static ScoringOptions Of(string folder, ScoringOptions options) => options.Graph is not { } graph ? options : options with
    {
        Graph = Within(folder, graph)
            ?? throw new BertMLNetException(
                $"{graph}: the graph lies outside the model folder {folder}, which is packed; copy it into that."),
    };
}

/// <summary>What a self-contained pipeline file says of the transformers packed in it.</summary>
/// <param name="Transformers">The transformers.</param>
internal sealed record PipelineManifest(IReadOnlyList<PipelineManifest.Item> Transformers)
{
    /// <summary>One transformer.</summary>
    /// <param name="Position">Its place: indices in nested chains, joined by '/'; empty where it is the whole model.</param>
    /// <param name="Kind">Its type.</param>
    /// <param name="Folder">The number of its model folder in the file.</param>
    /// <param name="Options">Its options.</param>
    internal sealed record Item(string Position, string Kind, int Folder, JsonElement Options)
    {
        /// <summary>A null where the options have none is damage.</summary>
        private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true };

        /// <summary>Reads the options of the transformer's own type.</summary>
        /// <param name="path">The pipeline's file, for messages.</param>
        /// <exception cref="BertMLNetException">The task is not known, or the options are damaged.</exception>
        public BertOptions ReadOptions(string path)
        {
            if (SavedTask.OfKind(Kind) is not { } task)
            {
                throw new BertMLNetException(
                    $"{path}: holds a transformer of kind '{Kind}', which this version does not know; use a newer one.");
            }
            try
            {
                return (BertOptions)(Options.Deserialize(task.Options, Strict) ?? throw new JsonException("there are none"));
            }
            catch (JsonException exception)
            {
                throw new BertMLNetException(
                    $"{path}: is a damaged pipeline: its options are not readable: {exception.Message}", exception);
            }
        }
    }
}
