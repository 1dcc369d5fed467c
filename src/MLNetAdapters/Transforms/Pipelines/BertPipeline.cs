using System.Globalization;
using System.IO.Compression;
using BertMLNet.Modeling;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>
/// Saves pipelines together with their BERT models in one self-contained file, and gives the batching transformers back.
/// The file is an ML.NET model file with further entries, which <c>mlContext.Model.Load</c> ignores.
/// </summary>
public static class BertPipeline
{
    /// <summary>
    /// Writes a fitted pipeline, or one that <c>mlContext.Model.Load</c> gave, and the model folders of its BERT transformers.
    /// </summary>
    /// <param name="context">The ML.NET context.</param>
    /// <param name="model">A transformer, or a chain of them.</param>
    /// <param name="inputSchema">The schema of the data that the pipeline takes.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="BertMLNetException">
    /// A model folder is gone or, in a pipeline that was loaded, holds another model; or the file cannot be written.
    /// </exception>
    public static void Save(MLContext context, ITransformer model, DataViewSchema inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        var items = new List<PipelineManifest.Item>();
        var folders = new List<string>();
        foreach ((string position, BertOptions options) in PipelineTree.Find(model, () => inputSchema))
        {
            string folder = Path.GetFullPath(options.ModelPath);
            if (!folders.Contains(folder))
                folders.Add(folder);
            items.Add(new(position, SavedTask.Of(options).Kind, folders.IndexOf(folder), SavedTask.Write(options.Packed())));
        }

        using var plain = new MemoryStream();
        context.Model.Save(model, inputSchema, plain);
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            CopyEntries(plain, archive);
            PipelineFile.WriteManifest(archive, new PipelineManifest(items));
            for (int i = 0; i < folders.Count; i++)
                PipelineFile.WriteModel(archive, i, folders[i]);
        });
    }

    /// <summary>
    /// Reads what <see cref="Save"/> wrote, or <c>mlContext.Model.Save</c>: of the latter's pipelines the model folders have to be where
    /// they lay. <c>mlContext.Model.Load</c> itself cannot look for them, and misses them with the first row.
    /// </summary>
    /// <param name="context">The ML.NET context; its GPU settings and its log are the transformers'.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputSchema">The schema of the data that the pipeline takes.</param>
    /// <returns>The pipeline; dispose it to release its sessions and the temporary folder with its models.</returns>
    /// <exception cref="BertMLNetException">
    /// The file is not a pipeline with transformers of BertMLNet, or it is damaged; or a model folder is gone, or holds another model.
    /// </exception>
    public static ITransformer Load(MLContext context, string path, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        using FileStream stream = Open(path);
        using ZipArchive archive = OpenArchive(stream, path);
        PipelineManifest? manifest = PipelineFile.ReadManifest(archive, path);
        ITransformer saved = LoadSaved(context, stream, path, out inputSchema);
        if (manifest is null)
            return OpenFolders(context, path, saved, inputSchema);

        if (manifest.Transformers.FirstOrDefault(item => !PipelineTree.Contains(saved, item.Position)) is { } lost)
            throw PipelineFile.Damaged(path, $"its pipeline has nothing at position '{lost.Position}', where a transformer should be");

        var models = new Shared<WorkFolder>(() => new WorkFolder(keptFolder: null));
        // Held while the transformers are made, so that a failure half way leaves nothing behind.
        using Shared<WorkFolder>.Lease unpacked = models.Acquire();
        PipelineFile.ExtractModels(archive, path, unpacked.Value.Path);
        return Replace(saved, manifest.Transformers.Select(item => (item.Position, Open(context, path, item, models.Acquire()))));
    }

    /// <summary>Gives the batching transformers back to a pipeline that remembers where its model folders lay.</summary>
    private static ITransformer OpenFolders(MLContext context, string path, ITransformer saved, DataViewSchema inputSchema)
    {
        (string Position, BertOptions Options)[] found = [.. PipelineTree.Find(saved, () => inputSchema)];
        return found.Length > 0
            ? Replace(saved, found.Select(
                part => (part.Position, BertTransformer.Open(part.Options.With(context, nameof(BertPipeline)), modelFolder: null))))
            : throw new BertMLNetException(
                $"{path}: no transformer of BertMLNet is in it, and none of its models; load it with mlContext.Model.Load.");
    }

    /// <summary>Puts transformers in their places, one after another; where one cannot be made, those before it are let go.</summary>
    private static ITransformer Replace(ITransformer saved, IEnumerable<(string Position, BertTransformer Transformer)> parts)
    {
        var made = new Dictionary<string, ITransformer>();
        try
        {
            foreach ((string position, BertTransformer transformer) in parts)
                made[position] = transformer;
        }
        catch
        {
            foreach (ITransformer transformer in made.Values)
                (transformer as IDisposable)?.Dispose();
            throw;
        }
        return PipelineTree.Replace(saved, made);
    }

    /// <summary>Makes one transformer, which keeps the unpacked models until it is disposed.</summary>
    private static BertTransformer Open(MLContext context, string path, PipelineManifest.Item item, Shared<WorkFolder>.Lease models) =>
        Owned.HandOn(models, own =>
        {
            string folder = Path.Combine(own.Value.Path, item.Folder.ToString(CultureInfo.InvariantCulture));
            BertOptions options = item.ReadOptions(path) with { ModelPath = folder };
            if (options.Graph is { } graph && PackedGraph.Within(folder, graph) is null)
                throw PipelineFile.Damaged(path, $"its graph '{graph}' is none of its own files");
            return BertTransformer.Open(options.With(context, nameof(BertPipeline)), own);
        });

    private static FileStream Open(string path)
    {
        try
        {
            RegularFile.Require(path);
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    private static ITransformer LoadSaved(MLContext context, Stream stream, string path, out DataViewSchema inputSchema)
    {
        stream.Position = 0;
        try
        {
            return context.Model.Load(stream, out inputSchema);
        }
        catch (Exception exception) when (exception is not BertMLNetException)
        {
            // ML.NET's reader throws whatever its parts throw.
            throw new BertMLNetException(
                $"{path}: ML.NET cannot load the pipeline: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static ZipArchive OpenArchive(Stream stream, string path)
    {
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            // The list of entries is read, and found to be damaged, when it is first asked for.
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException($"{path}: is no pipeline file: {exception.Message}", exception);
        }
    }

    private static void CopyEntries(Stream zip, ZipArchive target)
    {
        zip.Position = 0;
        using var source = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in source.Entries)
        {
            using Stream from = entry.Open();
            using Stream to = target.CreateEntry(entry.FullName).Open();
            from.CopyTo(to);
        }
    }
}
