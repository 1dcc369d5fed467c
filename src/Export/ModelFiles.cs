using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Export;

/// <summary>Any BERT, read from whatever it is stored in: every format that BertMLNet reads, ONNX graphs among them.</summary>
public static class ModelFiles
{
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

    /// <summary>
    /// Turns a model into a model folder: weights, configuration, tokenizer and model card. Words for which the model has no
    /// embedding are left out of the vocabulary.
    /// </summary>
    /// <param name="path">What <see cref="Open"/> takes.</param>
    /// <param name="output">The folder to write; see <see cref="ModelImporter.Import"/>.</param>
    /// <param name="options">Head, seed and element type.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellationToken">Stops between tensors; nothing is left behind.</param>
    /// <returns>What the model had and lacked.</returns>
    /// <exception cref="BertMLNetException">The model is damaged, or the folder cannot be written.</exception>
    /// <exception cref="TokenizationException">The tokenizer is missing or damaged.</exception>
    public static LoadReport Import(
        string path,
        ModelFolder output,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        using ModelSource source = Open(path);
        WordPieceTokenizer tokenizer = Limited(WordPieceTokenizer.Load(source.Folder.FolderPath), source.Config.VocabSize);
        LoadReport report = ModelImporter.Import(source, output, options, progress, cancellationToken);
        tokenizer.Save(output.FolderPath, source.Config.MaxPositionEmbeddings);
        AtomicFile.WriteAllText(output.ModelCardPath, ImportedModelCard.Text(source.Config, report));
        return report;
    }

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
