namespace BertMLNet.Modeling;

/// <summary>
/// A model folder in Hugging Face's layout: where its files lie. The folder is what fine-tuning writes and what scoring,
/// Python's <c>from_pretrained</c> and transformers.js read.
/// </summary>
public sealed class ModelFolder
{
    /// <summary>Names a folder, which need not exist yet.</summary>
    public ModelFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FolderPath = path;
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
        if (!Directory.Exists(path))
            throw new BertMLNetException($"{path}: no such folder; expected a model folder.");
        if (!File.Exists(folder.ConfigPath))
            throw new BertMLNetException($"{path}: not a model folder, it has no config.json.");
        return folder;
    }

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged, or describes a model that is not BERT.</exception>
    public BertConfig LoadConfig() => BertConfig.Load(ConfigPath);

    /// <summary>Opens the folder's weights, whatever their format; see <see cref="CheckpointFormats.Open"/>.</summary>
    /// <exception cref="BertMLNetException">The folder has no weights, or they are damaged.</exception>
    public ICheckpoint OpenWeights(params IReadOnlyList<ICheckpointFormat> more) => CheckpointFormats.Open(FolderPath, more);

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

    /// <summary>Writes <c>model.safetensors</c> and <c>config.json</c>, each whole or not at all.</summary>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public void Save(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        SafetensorsWriter.Write(
            WeightsPath,
            [.. parameters.Specs.Select(spec => (spec.Name, spec.Shape))],
            name => parameters[name]);
        parameters.Config.Save(ConfigPath, parameters.Head);
    }

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([FolderPath, .. parts]);
}
