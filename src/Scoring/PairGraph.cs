using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>
/// A model folder's graph that gives so many numbers for each text or pair of texts, with its tokenizer: what every scorer of pairs
/// and of single texts is made of. Many threads may use one at once. Disposed in use, it lets batches under way end and refuses
/// everything else.
/// </summary>
internal sealed class PairGraph : IDisposable
{
    private readonly ScoringOptions _options;
    private readonly PairTokenizer _tokenizer;
    private readonly GraphScorer _scorer;
    private readonly Pool<TokenSequences> _sequences = new(() => new TokenSequences());

    /// <summary>Opens the folder's tokenizer and its graph.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="output">The graph's output that is read, [batch, width].</param>
    /// <param name="width">The numbers of a row.</param>
    /// <param name="options">How the model is run.</param>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the execution provider cannot be used.</exception>
    public PairGraph(ModelFolder folder, BertConfig config, string output, int width, ScoringOptions options)
    {
        _options = options;
        Windows = StreamWindows.For(config, options);
        Width = width;
        (_scorer, _tokenizer) = GraphScorer.Open(
            folder,
            config,
            [GraphOutput.OfSequence(output, width)],
            options,
            () => new PairTokenizer(folder, options.MaxLength, options.Truncation));
    }

    /// <summary>The numbers of a row.</summary>
    public int Width { get; }

    /// <summary>How streams of rows are scored.</summary>
    public StreamWindows Windows { get; }

    /// <summary>Scores pairs in batches of like length and writes their numbers, [pairs, width], in the pairs' order.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="values">Room for pairs times width.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="BertMLNetException">A pair is too long and may not be truncated, or cannot be made short enough.</exception>
    /// <exception cref="ObjectDisposedException">The graph has been disposed.</exception>
    public void Score(ReadOnlyMemory<TextPair> pairs, Memory<float> values, CancellationToken cancellationToken)
    {
        _scorer.ThrowIfDisposed();
        for (int start = 0; start < pairs.Length; start += _options.WindowRows)
        {
            int rows = Math.Min(_options.WindowRows, pairs.Length - start);
            ScoreWindow(pairs.Slice(start, rows), values.Slice(start * Width, rows * Width), cancellationToken);
        }
    }

    public void Dispose() => _scorer.Dispose();

    private void ScoreWindow(ReadOnlyMemory<TextPair> pairs, Memory<float> values, CancellationToken cancellationToken)
    {
        TokenSequences sequences = _sequences.Rent();
        try
        {
            sequences.Encode(pairs.Length, Encode, cancellationToken);
            _scorer.Score(sequences, (row, _, numbers) => numbers.CopyTo(values.Span.Slice(row * Width, Width)), cancellationToken);
        }
        finally
        {
            _sequences.Return(sequences);
        }

        void Encode(int row, TokenSequences.Chunk chunk)
        {
            chunk.Reserve(_tokenizer.MaxLength, out Span<int> ids, out Span<byte> typeIds);
            chunk.Add(_tokenizer.Encode(pairs.Span[row], ids, typeIds));
        }
    }
}
