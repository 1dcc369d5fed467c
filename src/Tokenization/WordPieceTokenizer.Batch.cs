namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    private const int BlockRows = 32;

    /// <summary>Encodes many texts or pairs to ids, on several threads, with no allocation a token or a row.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pairs">The second texts, as many as <paramref name="texts"/>; or <see langword="null"/>.</param>
    /// <param name="options">The longest length and truncation; windows are <see cref="EncodeMany"/>'s.</param>
    /// <param name="threads">How many threads encode at the same time, at most.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BertMLNetException">A pair cannot be shortened as the options ask for; the message tells its row.</exception>
    public EncodedBatch EncodeBatch(
        IReadOnlyList<string> texts,
        IReadOnlyList<string>? pairs = null,
        EncodeOptions? options = null,
        int threads = 1,
        CancellationToken cancellationToken = default)
    {
        options ??= EncodeOptions.Default;
        if (options.Stride is not null)
            throw new ArgumentException($"A batch has no windows; {nameof(EncodeMany)} has.", nameof(options));
        CheckPairs(texts, pairs);
        var blocks = new EncodedBlock[(texts.Count + BlockRows - 1) / BlockRows];
        var batch = new EncodedBatch(blocks, BlockRows, texts.Count);
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = new EncodedBlock(Math.Min(BlockRows, texts.Count - i * BlockRows));
        void EncodeBlock(int index)
        {
            int end = Math.Min((index + 1) * BlockRows, texts.Count);
            for (int row = index * BlockRows; row < end; row++)
                EncodeRow(texts, pairs, row, options, blocks[index]);
        }

        try
        {
            Concurrently.For(blocks.Length, threads, EncodeBlock, cancellationToken);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Encodes many texts or pairs, with offsets and windows, on several threads; see <see cref="Encode"/>.</summary>
    /// <exception cref="BertMLNetException">A pair cannot be shortened as the options ask for; the message tells its row.</exception>
    public Encoding[] EncodeMany(
        IReadOnlyList<string> texts,
        IReadOnlyList<string>? pairs = null,
        EncodeOptions? options = null,
        int threads = 1,
        CancellationToken cancellationToken = default)
    {
        CheckPairs(texts, pairs);
        var encodings = new Encoding[texts.Count];
        void EncodeText(int row)
        {
            try
            {
                encodings[row] = Encode(texts[row], pairs?[row], options);
            }
            catch (BertMLNetException exception)
            {
                throw AtRow(row, exception);
            }
        }

        Concurrently.For(encodings.Length, threads, EncodeText, cancellationToken);
        return encodings;
    }

    private void EncodeRow(IReadOnlyList<string> texts, IReadOnlyList<string>? pairs, int row, EncodeOptions options, EncodedBlock block)
    {
        try
        {
            var tokens = TokenizedPair.Read(this, texts[row], pairs?[row], pairs is not null, options, withOffsets: false);
            try
            {
                Join(ref tokens, block.AddRow(tokens.Count, tokens.FirstLength));
            }
            finally
            {
                tokens.Dispose();
            }
        }
        catch (BertMLNetException exception)
        {
            throw AtRow(row, exception);
        }
    }

    private static void CheckPairs(IReadOnlyList<string> texts, IReadOnlyList<string>? pairs)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (pairs is not null && pairs.Count != texts.Count)
            throw new ArgumentException($"There are {texts.Count} texts but {pairs.Count} second texts.", nameof(pairs));
    }

    private static BertMLNetException AtRow(int row, BertMLNetException exception) =>
        new($"row {row + 1}: {exception.Message}", exception);
}
