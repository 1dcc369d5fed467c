using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// Classifies sentence pairs, or single texts, with a model folder's ONNX graph. Many threads may use one classifier at
/// once; they share its session. Disposed in use, it lets batches under way end and refuses everything else.
/// </summary>
public sealed partial class PairClassifier : IDisposable
{
    /// <summary>Sequences up to BERT's own limit are encoded on the stack.</summary>
    private const int StackTokens = 512;

    private readonly ScoringOptions _options;
    private readonly StreamWindows _windows;
    private readonly PairTokenizer _tokenizer;
    private readonly BatchScorer _scorer;
    private readonly ParallelEncoder _encoder = new();
    private readonly Pool<SequenceList> _sequences = new(() => new SequenceList());

    private PairClassifier(ModelFolder folder, BertConfig config, ScoringOptions options)
    {
        _options = options;
        _windows = StreamWindows.For(config, options);
        Labels = config.Labels;
        TakesPairs = config.Classification?.SentencePairs;
        (_tokenizer, _scorer) = ScorerParts.Load(
            () => new PairTokenizer(folder, options.MaxLength, options.Truncation),
            () => BatchScorer.Open(folder, config, [new(TensorNames.Logits, Labels.Count)], options));
    }

    /// <summary>The class names, in the order of the logits (<c>id2label</c>).</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether the model was trained on pairs, not on single texts; null where its folder does not say.</summary>
    public bool? TakesPairs { get; }

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the execution provider cannot be used.</exception>
    /// <exception cref="BertMLNetException">The vocabulary is damaged.</exception>
    public static PairClassifier Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        return new PairClassifier(model, model.LoadConfig(), options ?? new ScoringOptions());
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();

    private void Encode(in TextPair pair, SequenceList sequences)
    {
        int most = _tokenizer.MaxLength;
        Span<int> ids = most <= StackTokens ? stackalloc int[StackTokens] : new int[most];
        Span<byte> typeIds = most <= StackTokens ? stackalloc byte[StackTokens] : new byte[most];
        int count = _tokenizer.Encode(pair, ids, typeIds);
        sequences.Add(count, out Span<int> rowIds, out Span<byte> rowTypeIds);
        ids[..count].CopyTo(rowIds);
        typeIds[..count].CopyTo(rowTypeIds);
    }
}
