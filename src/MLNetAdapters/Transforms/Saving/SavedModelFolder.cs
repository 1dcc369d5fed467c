using System.Security.Cryptography;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet;

/// <summary>A model folder as a saved pipeline remembers it: where it lay, and what was in it.</summary>
/// <param name="Path">The path as it was given, which may be relative.</param>
/// <param name="FullPath">The absolute path at the time.</param>
/// <param name="Graph">The graph that scores, as a path inside the folder; null for a transformer that has none.</param>
/// <param name="Fingerprint">SHA-256 over the files that are read to score; see <see cref="FingerprintOf"/>.</param>
internal sealed record SavedModelFolder(string Path, string FullPath, string? Graph, string Fingerprint)
{
    /// <summary>The reference of a transformer that scores with a graph.</summary>
    /// <param name="path">The model folder.</param>
    /// <param name="graph">The graph that the scoring options name; null for the one that is scored with on the CPU.</param>
    /// <exception cref="BertMLNetException">The folder is not a model folder, or has no graph.</exception>
    public static SavedModelFolder ToGraph(string path, string? graph)
    {
        graph ??= System.IO.Path.GetRelativePath(path, ModelFolder.Open(path).RequireOnnx()).Replace('\\', '/');
        return new(path, System.IO.Path.GetFullPath(path), graph, FingerprintOf(path, graph));
    }

    /// <summary>The reference of a transformer that only tokenizes.</summary>
    /// <exception cref="BertMLNetException">The folder is not a model folder.</exception>
    public static SavedModelFolder ToTokenizer(string path) =>
        new(path, System.IO.Path.GetFullPath(path), Graph: null, FingerprintOf(path, graph: null));

    /// <summary>
    /// The files of a model folder that any transformer may read, as paths inside it with '/', sorted: tokenizer, configuration
    /// and graphs.
    /// </summary>
    /// <exception cref="BertMLNetException">The folder is not a model folder.</exception>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        var model = ModelFolder.Open(folder);
        string graphs = System.IO.Path.GetDirectoryName(model.OnnxPath)!;
        // A graph that the options name may lie elsewhere in the folder; the weights beside it begin with its name.
        // It does not lie where nothing can be read, as in a disk's lost+found.
        var everywhere = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.None,
        };
        IEnumerable<string> all = [.. TokenizerFilesOf(model), .. Directory.EnumerateFiles(folder, "*.onnx*", everywhere)];
        if (Directory.Exists(graphs))
            all = all.Union(Directory.EnumerateFiles(graphs));
        return Whole(folder, all);
    }

    /// <summary>Finds the folder again: under the path as given, from the current or the application's folder, or where it lay.</summary>
    /// <exception cref="BertMLNetException">The folder is nowhere to be found, or what is there is another model.</exception>
    public string Resolve()
    {
        string[] candidates = [System.IO.Path.GetFullPath(Path), System.IO.Path.Combine(AppContext.BaseDirectory, Path), FullPath];
        string[] present = [.. candidates.Distinct().Where(folder => File.Exists(new ModelFolder(folder).ConfigPath))];
        if (present.FirstOrDefault(candidate => FingerprintOf(candidate, Graph) == Fingerprint) is { } found)
            return found;
        throw new BertMLNetException(present.Length == 0
            ? $"{FullPath}: the model folder of the saved pipeline is not there; put it back, or save with BertPipeline.Save, "
                + "which packs it."
            : $"{present[0]}: holds another model than the pipeline was saved with; put that one back, or save with BertPipeline.Save, "
                + "which packs it.");
    }

    private static IEnumerable<string> TokenizerFilesOf(ModelFolder model) =>
        new[] { model.ConfigPath, model.VocabularyPath, model.TokenizerPath, model.TokenizerConfigPath, model.SpecialTokensMapPath }
            .Where(File.Exists);

    /// <summary>The files as paths inside the folder with '/', sorted, without what a killed export left.</summary>
    private static IReadOnlyList<string> Whole(string folder, IEnumerable<string> files) =>
    [
        .. files.Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))
            .Select(file => System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>A hash of configuration, tokenizer and the one graph with its weights: other graphs may come and go.</summary>
    private static string FingerprintOf(string folder, string? graph)
    {
        IEnumerable<string> read = TokenizerFilesOf(ModelFolder.Open(folder));
        if (graph is not null && System.IO.Path.Combine(folder, graph) is var path && File.Exists(path))
            read = read.Concat(Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileName(path) + "*"));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        foreach (string file in Whole(folder, read))
        {
            RegularFile.Require(System.IO.Path.Combine(folder, file));
            using FileStream stream = File.OpenRead(System.IO.Path.Combine(folder, file));
            // Name and length go in too, so that no two folders run together to the same bytes.
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\n{stream.Length}\n"));
            for (int length; (length = stream.Read(buffer)) > 0;)
                hash.AppendData(buffer.AsSpan(0, length));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
