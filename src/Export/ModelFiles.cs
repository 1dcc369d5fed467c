using System.Runtime.CompilerServices;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Export;

/// <summary>Any BERT, read from whatever it is stored in: every format that BertMLNet reads, ONNX graphs among them.</summary>
public static class ModelFiles
{
    // The weights and either graph are about as large as each other: a third each of what there is to do.
    private const int Parts = 3;

    private static readonly OnnxCheckpointFormat Onnx = new();

    /// <summary>Opens a model folder, a weights file or a graph, or the prefix of a TensorFlow checkpoint; see <see cref="ModelSource.Open"/>.</summary>
    /// <exception cref="BertMLNetException">Configuration or weights are missing or damaged, or the model is not BERT.</exception>
    public static ModelSource Open(string path) => ModelSource.Open(path, Onnx);

    /// <summary>Opens the weights alone; see <see cref="CheckpointFormats.Open"/>.</summary>
    /// <exception cref="BertMLNetException">There are none, or they are damaged.</exception>
    public static ICheckpoint OpenWeights(string path) => CheckpointFormats.Open(path, Onnx);

    /// <summary>Opens the weights alone; null where there are none.</summary>
    /// <exception cref="BertMLNetException">They are damaged.</exception>
    public static ICheckpoint? TryOpenWeights(string path) => CheckpointFormats.TryOpen(path, Onnx);

    /// <summary>Loads a model's tokenizer and checks that the model has an embedding for each of its tokens.</summary>
    /// <exception cref="BertMLNetException">The vocabulary is larger than the model's.</exception>
    /// <exception cref="BertMLNetException">The tokenizer is missing or damaged.</exception>
    public static WordPieceTokenizer LoadTokenizer(ModelFolder folder, BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(folder.FolderPath);
        return tokenizer.Vocabulary.Count <= config.VocabSize
            ? tokenizer
            : throw new BertMLNetException(
                $"{folder.FolderPath}: the vocabulary has {tokenizer.Vocabulary.Count} tokens, more than the vocab_size of {config.VocabSize} in config.json; are these files of one model?");
    }

    /// <summary>
    /// Turns a model into a model folder: weights, configuration, tokenizer, ONNX graphs and model card, all of them or, where
    /// anything fails, none. Words for which the model has no embedding are left out of the vocabulary.
    /// </summary>
    /// <param name="path">What <see cref="Open"/> takes.</param>
    /// <param name="output">The folder to write; files of the same names in it are replaced when all new ones are complete.</param>
    /// <param name="options">Head, seed and element type.</param>
    /// <param name="graphs">
    /// Whether to write the graphs, as <see cref="OnnxExporter.ExportFolder"/> does, for a head that has them
    /// (<see cref="OnnxExporter.HasGraph"/>). They are written from the folder's weights, tensor by tensor, and are not run.
    /// </param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellationToken">Stops between tensors; nothing is left behind.</param>
    /// <returns>What the model had and lacked.</returns>
    /// <exception cref="BertMLNetException">The model is damaged, its weights are too large for a graph, or the folder cannot be written.</exception>
    /// <exception cref="BertMLNetException">The tokenizer is missing or damaged.</exception>
    public static LoadReport Import(
        string path,
        ModelFolder output,
        ImportOptions? options = null,
        bool graphs = true,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        string[] older = [.. output.GraphPaths.Where(File.Exists)];
        LoadReport? report = null;
        IReadOnlyList<string> written = [];
        AtomicFolder.Write(output.FolderPath, temporary =>
        {
            var folder = new ModelFolder(temporary);
            (BertConfig config, report) = ImportWeights(path, folder, output.OnnxPath, options, graphs, progress, cancellationToken);
            written = graphs && OnnxExporter.HasGraph(report.Head) ? WriteGraphs(folder, progress, cancellationToken) : [];
            AtomicFile.WriteAllText(folder.ModelCardPath, ImportedModelCard.Text(config, report, written.Count > 0));
            written = [.. written.Select(graph => Path.Combine(output.FolderPath, Path.GetRelativePath(temporary, graph)))];
        });
        return report! with { Remarks = [.. report.Remarks, .. older.Except(written).Select(OlderGraph)] };
    }

    // A method of its own, after which nothing refers to the source.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (BertConfig Config, LoadReport Report) ImportWeights(
        string path,
        ModelFolder folder,
        string graph,
        ImportOptions? options,
        bool graphs,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using ModelSource source = Open(path);
        WordPieceTokenizer tokenizer = Limited(WordPieceTokenizer.Load(source.Folder.FolderPath), source.Config.VocabSize);
        Head head = options?.Head ?? source.Head;
        if (graphs && OnnxExporter.HasGraph(head))
        {
            OnnxExporter.CheckSize(BertParameters.For(source.Config, head), GraphPrecision.Single, graph);
            progress = PartProgress.Of(progress, 0, 1, Parts);
        }
        LoadReport report = ModelImporter.Import(source, folder, options, progress, cancellationToken);
        tokenizer.Save(folder.FolderPath, source.Config.MaxPositionEmbeddings);
        return (source.Config, report);
    }

    /// <summary>Writes the graphs of the weights in a folder: those that were rounded when they were stored are rounded in the graphs, too.</summary>
    private static IReadOnlyList<string> WriteGraphs(ModelFolder folder, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        // A graph that weights were read from is as large as they are, and no longer needed: its memory is for what comes next.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var source = ModelSource.Open(folder.WeightsPath);
        var weights = WeightPlan.Create(source.Checkpoint, source.Config, source.Head);
        return OnnxExporter.ExportFolder(weights, folder, PartProgress.Of(progress, 1, Parts, Parts), cancellationToken);
    }

    private static string OlderGraph(string path) =>
        $"{path} was there before and is left as it is; where it is another model's, delete it, or write it anew with 'bertmlnet export'.";

    /// <summary>The tokenizer without the tokens from <paramref name="size"/> on.</summary>
    private static WordPieceTokenizer Limited(WordPieceTokenizer tokenizer, int size) => tokenizer.Vocabulary.Count <= size
        ? tokenizer
        : new WordPieceTokenizer(
            new Vocabulary(tokenizer.Vocabulary.Tokens[..size].ToArray()),
            tokenizer.Normalizer,
            new WordPieceTokenizerOptions
            {
                SpecialTokens = tokenizer.SpecialTokens,
                AddedTokens = [.. tokenizer.AddedTokens.Where(token => token.Id < size)],
                ContinuingSubwordPrefix = tokenizer.ContinuingSubwordPrefix,
                MaxInputCharsPerWord = tokenizer.MaxInputCharsPerWord,
            });
}
