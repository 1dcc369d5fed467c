namespace BertMLNet.Modeling;

/// <summary>
/// A model as users have it, open for reading: a configuration, weights in any format, and where its vocabulary lies. It is
/// what every <c>--model</c> option takes: a Hugging Face folder, Google's TensorFlow files, or a weights file in such a folder.
/// </summary>
public sealed class ModelSource : IDisposable
{
    private ModelSource(string folder, string configPath, BertConfig config, ICheckpoint checkpoint)
    {
        Folder = new ModelFolder(folder);
        ConfigPath = configPath;
        Config = config;
        Checkpoint = checkpoint;
        Head = WeightPlan.DetectHead(checkpoint, config);
    }

    /// <summary>The folder that the files lie in.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The <c>config.json</c> or <c>bert_config.json</c>.</summary>
    public string ConfigPath { get; }

    /// <summary>The configuration.</summary>
    public BertConfig Config { get; }

    /// <summary>The weights.</summary>
    public ICheckpoint Checkpoint { get; }

    /// <summary>The head that the weights have.</summary>
    public Head Head { get; }

    /// <summary>Opens a model folder, a weights file, or the prefix of a TensorFlow checkpoint, with the configuration beside it.</summary>
    /// <param name="path">The folder, file or prefix.</param>
    /// <param name="formats">Formats beyond the built-in ones; see <see cref="CheckpointFormats.Open"/>.</param>
    /// <exception cref="BertMLNetException">Configuration or weights are missing or damaged, or the model is not BERT.</exception>
    public static ModelSource Open(string path, params IReadOnlyList<ICheckpointFormat> formats)
    {
        string folder = FolderOf(path);
        // The configuration first: a model of another kind is then refused by name, whatever its weights look like.
        string configPath = FindConfig(folder);
        var config = BertConfig.Load(configPath);
        ICheckpoint checkpoint = CheckpointFormats.Open(path, formats);
        try
        {
            return new ModelSource(folder, configPath, config, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The folder in which the files lie of a model that <see cref="Open"/> takes.</summary>
    /// <exception cref="BertMLNetException">There is no such file or folder.</exception>
    public static string FolderOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.Exists(path) && !File.Exists($"{path}.index"))
            throw new BertMLNetException($"{path}: no such file or folder.");
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Graphs lie in a folder of their own, below the configuration.
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return string.Equals(Path.GetFileName(full), "onnx") && Path.GetDirectoryName(full) is { } parent && !File.Exists(Path.Combine(full, "config.json"))
            ? parent
            : folder;
    }

    /// <summary>Reads the configuration alone of a model that <see cref="Open"/> takes; it need not have weights.</summary>
    /// <exception cref="BertMLNetException">The configuration is missing or damaged, or the model is not BERT.</exception>
    public static BertConfig LoadConfig(string path) => BertConfig.Load(FindConfig(FolderOf(path)));

    /// <inheritdoc/>
    public void Dispose() => Checkpoint.Dispose();

    private static string FindConfig(string folder)
    {
        foreach (string name in new[] { "config.json", "bert_config.json" })
        {
            if (Path.Combine(folder, name) is var file && File.Exists(file))
                return file;
        }
        throw new BertMLNetException($"{folder}: has no config.json or bert_config.json; put the model's configuration beside its weights.");
    }
}
