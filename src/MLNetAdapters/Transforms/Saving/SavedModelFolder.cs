using BertMLNet.Modeling;

namespace BertMLNet;

/// <summary>A model folder as a saved pipeline remembers it: where it lay, and what was in it.</summary>
/// <param name="Path">The path as it was given, which may be relative.</param>
/// <param name="FullPath">The absolute path at the time.</param>
/// <param name="Graph">The graph that scores, as a path inside the folder; null for a transformer that has none.</param>
/// <param name="Fingerprint">SHA-256 over the files that are read to score; see <see cref="ModelFingerprint"/>.</param>
internal sealed record SavedModelFolder(string Path, string FullPath, string? Graph, string Fingerprint)
{
    /// <summary>A transformer's folder and, where it scores, its graph.</summary>
    /// <exception cref="BertMLNetException">The folder is not a model folder, or has no graph.</exception>
    public static SavedModelFolder Of(BertOptions options) => options is BertScoringOptions
        ? ToGraph(options.ModelPath, options.Graph)
        : new(
            options.ModelPath, System.IO.Path.GetFullPath(options.ModelPath), Graph: null,
            ModelFingerprint.Of(options.ModelPath, graph: null));

    /// <summary>A folder and the graph that scores: the named one, or else that which is scored with on the CPU.</summary>
    public static SavedModelFolder ToGraph(string path, string? graph)
    {
        graph ??= System.IO.Path.GetRelativePath(path, ModelFolder.Open(path).RequireOnnx()).Replace('\\', '/');
        return new(path, System.IO.Path.GetFullPath(path), graph, ModelFingerprint.Of(path, graph));
    }

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
        IEnumerable<string> all = [.. ModelFingerprint.TokenizerFilesOf(model), .. Directory.EnumerateFiles(folder, "*.onnx*", everywhere)];
        if (Directory.Exists(graphs))
            all = all.Union(Directory.EnumerateFiles(graphs));
        return ModelFingerprint.Whole(folder, all);
    }

    /// <summary>Finds the folder again: under the path as given, from the current or the application's folder, or where it lay.</summary>
    /// <exception cref="BertMLNetException">The folder is nowhere to be found, or what is there is another model.</exception>
    public string Resolve()
    {
        string[] candidates = [System.IO.Path.GetFullPath(Path), System.IO.Path.Combine(AppContext.BaseDirectory, Path), FullPath];
        string[] present = [.. candidates.Distinct().Where(folder => File.Exists(new ModelFolder(folder).ConfigPath))];
        if (present.FirstOrDefault(candidate => ModelFingerprint.Of(candidate, Graph) == Fingerprint) is { } found)
            return found;
        throw new BertMLNetException(present.Length == 0
            ? $"{FullPath}: the model folder of the saved pipeline is not there; put it back, or save with BertPipeline.Save, "
                + "which packs it."
            : $"{present[0]}: holds another model than the pipeline was saved with; put that one back, or save with BertPipeline.Save, "
                + "which packs it.");
    }
}
