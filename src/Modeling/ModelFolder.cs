using BertMLNet.Tokenization;

namespace BertMLNet.Modeling;

/// <summary>
/// A model on disk: where its files lie, and how they are read and written. The layout is Hugging Face's, which fine-tuning writes
/// and which scoring, Python's <c>from_pretrained</c> and transformers.js read; <see cref="Find"/> also takes other checkpoints.
/// </summary>
public sealed class ModelFolder
{
    private readonly string _weights;
    private readonly string _root;

    /// <summary>Names a folder, which need not exist yet.</summary>
    public ModelFolder(string path)
        : this(path, path, path)
    {
    }

    private ModelFolder(string path, string weights, string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (FolderPath, _weights, _root) = (path, weights, root);
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary><c>config.json</c>.</summary>
    public string ConfigPath => At("config.json");

    /// <summary><c>model.safetensors</c>.</summary>
    public string WeightsPath => At("model.safetensors");

    /// <summary><c>vocab.txt</c>.</summary>
    public string VocabularyPath => At("vocab.txt");

    /// <summary><c>tokenizer.json</c>.</summary>
    public string TokenizerPath => At("tokenizer.json");

    /// <summary><c>tokenizer_config.json</c>.</summary>
    public string TokenizerConfigPath => At("tokenizer_config.json");

    /// <summary><c>special_tokens_map.json</c>.</summary>
    public string SpecialTokensMapPath => At("special_tokens_map.json");

    /// <summary>The model card, <c>README.md</c>.</summary>
    public string ModelCardPath => At("README.md");

    /// <summary><c>onnx/model.onnx</c>: standard operators only.</summary>
    public string OnnxPath => At("onnx", "model.onnx");

    /// <summary><c>onnx/model_optimized.onnx</c>: fused operators.</summary>
    public string OptimizedOnnxPath => At("onnx", "model_optimized.onnx");

    /// <summary><c>onnx/model_fp16.onnx</c>: half precision.</summary>
    public string HalfPrecisionOnnxPath => At("onnx", "model_fp16.onnx");

    /// <summary><c>onnx/model_quantized.onnx</c>: 8-bit integers.</summary>
    public string QuantizedOnnxPath => At("onnx", "model_quantized.onnx");

    /// <summary><c>onnx/model_with_tokenizer.onnx</c>: takes texts.</summary>
    public string TextOnnxPath => At("onnx", "model_with_tokenizer.onnx");

    /// <summary>The places of all these graphs, whether they are there or not.</summary>
    public IReadOnlyList<string> GraphPaths => [OnnxPath, OptimizedOnnxPath, HalfPrecisionOnnxPath, QuantizedOnnxPath, TextOnnxPath];

    /// <summary><c>training/</c>: what is needed to resume, and what was measured.</summary>
    public string TrainingPath => At("training");

    /// <summary><c>training/metrics.json</c>.</summary>
    public string MetricsPath => At("training", "metrics.json");

    /// <summary><c>training/report.html</c>.</summary>
    public string ReportPath => At("training", "report.html");

    /// <summary>Opens a model folder that must exist and hold a <c>config.json</c>.</summary>
    /// <exception cref="BertMLNetException">The folder or its configuration is missing.</exception>
    public static ModelFolder Open(string path)
    {
        var folder = new ModelFolder(path);
        AtomicFolder.Settle(path);
        if (!Directory.Exists(path))
            throw new BertMLNetException($"{path}: no such folder; expected a model folder.");
        if (!File.Exists(folder.ConfigPath))
            throw new BertMLNetException($"{path}: not a model folder, it has no config.json.");
        return folder;
    }

    /// <summary>
    /// Finds the folder of a model as users have it, which is what every <c>--model</c> option takes: a folder, be it one of
    /// sentence-transformers with the encoder in a folder of its own, Google's TensorFlow files, a weights file or a graph.
    /// <see cref="OpenWeights"/> opens the weights that <paramref name="path"/> names.
    /// </summary>
    /// <param name="path">The folder, the file, or the prefix of a TensorFlow checkpoint.</param>
    /// <exception cref="BertMLNetException">There is no such file or folder.</exception>
    public static ModelFolder Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.Exists(path) && !File.Exists($"{path}.index"))
            throw new BertMLNetException($"{path}: no such file or folder.");
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Graphs lie in a folder of their own, below the configuration.
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        bool above = string.Equals(Path.GetFileName(full), "onnx") && !File.Exists(Path.Combine(full, "config.json"));
        if (above && Path.GetDirectoryName(full) is { } parent)
            folder = parent;
        AtomicFolder.Settle(folder);
        return Directory.Exists(path) && !File.Exists(Path.Combine(folder, "config.json"))
            && SentenceTransformerFiles.EncoderFolder(folder) is { } encoder
            ? new ModelFolder(encoder, encoder, folder)
            : new ModelFolder(folder, path, folder);
    }

    /// <summary>
    /// Reads the configuration: <c>config.json</c>, or <c>bert_config.json</c> beside Google's files; and how long the
    /// tokenizer lets sequences become.
    /// </summary>
    /// <exception cref="BertMLNetException">A file is missing or damaged, or describes a model of another kind.</exception>
    public BertConfig LoadConfig()
    {
        BertConfig config = BertConfig.Load(ConfigFile ?? throw new BertMLNetException(
            $"{FolderPath}: has no config.json or bert_config.json; put the model's configuration beside its weights."));
        int? longest = TokenizerConfiguration.MaxLengthIn(FolderPath, ClassificationSettings.ShortestLength);
        return longest < config.MaxPositionEmbeddings ? config with { TokenizerMaxLength = longest } : config;
    }

    private string? ConfigFile => new[] { ConfigPath, At("bert_config.json") }.FirstOrDefault(File.Exists);

    /// <summary>Loads the tokenizer and checks that the model has an embedding for each of its tokens.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <exception cref="BertMLNetException">
    /// The tokenizer is missing or damaged, or has a token for which the model has no embedding.
    /// </exception>
    public WordPieceTokenizer LoadTokenizer(BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return LoadTokenizer(config.VocabSize);
    }

    /// <summary>
    /// Loads the tokenizer of a folder whose model is not looked at, be it of another kind; where a configuration tells how many
    /// embeddings there are, each token must have one.
    /// </summary>
    /// <exception cref="BertMLNetException">
    /// The tokenizer is missing or damaged, or has a token for which the model has no embedding.
    /// </exception>
    internal WordPieceTokenizer LoadTokenizer()
    {
        if (ConfigFile is not { } path)
            return WordPieceTokenizer.Load(FolderPath);
        using var file = JsonFile.Parse(SmallFile.Read(path, BertConfig.LargestFile), path, asEdited: true);
        return LoadTokenizer(file.Root.Integer("vocab_size") ?? int.MaxValue);
    }

    private WordPieceTokenizer LoadTokenizer(int embeddings)
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(FolderPath);
        if (SentenceTransformerFiles.LowersCase(FolderPath))
            tokenizer = tokenizer.WithLowercase();
        int last = tokenizer.Vocabulary.Count - 1;
        return last < embeddings
            ? tokenizer
            : throw new BertMLNetException(
                $"{FolderPath}: the token '{tokenizer.Vocabulary[last]}' has the id {last}, and the model has {embeddings} embeddings "
                + "(vocab_size in its configuration), for the ids from 0; delete the tokens that it does not know from the tokenizer's "
                + "files, or take files of one model.");
    }

    /// <summary>Opens the weights, whatever their format; see <see cref="CheckpointFormats.Open"/>.</summary>
    /// <exception cref="BertMLNetException">There are none, or they are damaged.</exception>
    internal ICheckpoint OpenWeights() => CheckpointFormats.Open(_weights);

    /// <summary>Opens the weights; null where there are none.</summary>
    /// <exception cref="BertMLNetException">They are damaged.</exception>
    internal ICheckpoint? TryOpenWeights() => CheckpointFormats.TryOpen(_weights);

    /// <summary>The head that the weights have.</summary>
    /// <exception cref="BertMLNetException">Configuration or weights are missing or damaged, or the model is of another kind.</exception>
    public Head DetectHead()
    {
        BertConfig config = LoadConfig();
        using ICheckpoint checkpoint = OpenWeights();
        return DetectHead(checkpoint, config);
    }

    /// <summary>
    /// How the model makes vectors of texts: what sentence-transformers' files in its folder say, or its configuration. Null where
    /// nothing says it.
    /// </summary>
    /// <exception cref="BertMLNetException">A file is missing or damaged, or names a module or a pooling that is not supported.</exception>
    public EmbeddingSettings? LoadEmbedding() => LoadEmbedding(LoadConfig());

    /// <summary>The same with the pooling and the normalisation that are asked for, whatever the folder says of them.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="pooling">The pooling; null for the folder's.</param>
    /// <param name="normalize">Whether vectors are made one long; null for what the folder says.</param>
    internal EmbeddingSettings? LoadEmbedding(BertConfig config, Pooling? pooling = null, bool? normalize = null)
    {
        EmbeddingSettings? settings = pooling is { } asked
            ? new EmbeddingSettings { Pooling = asked }
            : config.Embedding ?? SentenceTransformerFiles.ReadModules(_root, config.HiddenSize);
        if (normalize is { } scaled)
            settings = (settings ?? new EmbeddingSettings()) with { Normalize = scaled };
        return settings?.WithTexts(_root, FolderPath);
    }

    /// <summary>Loads the whole model into memory, with the head that its weights have.</summary>
    /// <returns>The weights, and what the checkpoint had and lacked.</returns>
    /// <exception cref="BertMLNetException">Configuration or weights are missing or damaged, or the model is of another kind.</exception>
    public (ParameterSet Parameters, LoadReport Report) LoadParameters(CancellationToken cancellationToken = default)
    {
        // The configuration first: a model of another kind is then refused by name, whatever its weights look like.
        BertConfig config = LoadConfig();
        using ICheckpoint checkpoint = OpenWeights();
        return ParameterSet.Load(checkpoint, config, DetectHead(checkpoint, config), cancellationToken: cancellationToken);
    }

    /// <summary>The graph to score with: the optimized one where there is one, else <c>onnx/model.onnx</c>.</summary>
    /// <exception cref="BertMLNetException">The folder has neither.</exception>
    public string RequireOnnx()
    {
        if (File.Exists(OptimizedOnnxPath))
            return OptimizedOnnxPath;
        return File.Exists(OnnxPath)
            ? OnnxPath
            : throw new BertMLNetException($"{FolderPath}: has no onnx/model.onnx; write it with 'bertmlnet export --model {FolderPath}'.");
    }

    /// <summary>Writes <c>model.safetensors</c> and <c>config.json</c>, both or neither.</summary>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public void Save(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        AtomicFolder.Write(FolderPath, temporary => new ModelFolder(temporary).SaveFiles(parameters));
    }

    /// <summary>The same in a folder that comes into place as a whole.</summary>
    internal void SaveFiles(ParameterSet parameters)
    {
        EncoderVariant encoder = parameters.Config.Encoder;
        SafetensorsWriter.Write(
            WeightsPath,
            [.. parameters.Specs.Select(spec => (encoder.NameInFiles(spec.Name, parameters.Head), spec.Shape))],
            name => parameters[encoder.ParameterOf(name)]);
        parameters.Config.Save(ConfigPath, parameters.Head);
    }

    private Head DetectHead(ICheckpoint checkpoint, BertConfig config)
    {
        Head head = WeightPlan.DetectHead(checkpoint, config);
        return head.HasTask ? head : LoadEmbedding(config)?.Head ?? head;
    }

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([FolderPath, .. parts]);
}
