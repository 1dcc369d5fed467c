namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>
    /// Writes the ids and type ids that <see cref="Encode(string, string?, EncodeOptions?)"/> gives, without windows and
    /// offsets. Allocates nothing.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text.</param>
    /// <param name="hasPair">Whether there is a second text; an empty one is not the same as none.</param>
    /// <param name="options">The longest length and truncation.</param>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="typeIds">Where the type ids go, as many as ids.</param>
    /// <returns>The number of tokens; nothing is written where that is more than <paramref name="ids"/> has room for.</returns>
    /// <exception cref="TokenizationException">The texts cannot be shortened as the options ask for.</exception>
    public int EncodeToIds(
        ReadOnlySpan<char> text, ReadOnlySpan<char> pair, bool hasPair, EncodeOptions options, Span<int> ids, Span<byte> typeIds)
    {
        ArgumentNullException.ThrowIfNull(options);
        int room = Truncation.Room(options, hasPair);
        int limit = Truncation.TokensToRead(options, hasPair, room);
        var first = new TokenWriter(withOffsets: false, limit);
        var second = new TokenWriter(withOffsets: false, limit);
        try
        {
            Tokenize(text, ref first);
            if (hasPair)
                Tokenize(pair, ref second);
            var (firstKept, secondKept) = Truncation.Shorten(first.Count, second.Count, hasPair, room, options.Truncation);
            int special = options.AddSpecialTokens ? 1 : 0;
            int firstPart = firstKept + (2 * special);
            int count = firstPart + (hasPair ? secondKept + special : 0);
            if (count > Math.Min(ids.Length, typeIds.Length))
                return count;

            first.Ids[..firstKept].CopyTo(ids[special..]);
            if (hasPair)
                second.Ids[..secondKept].CopyTo(ids[firstPart..]);
            if (options.AddSpecialTokens)
            {
                ids[0] = ClassificationTokenId;
                ids[firstPart - 1] = SeparatorTokenId;
                ids[count - 1] = SeparatorTokenId;
            }
            typeIds[..firstPart].Clear();
            typeIds[firstPart..count].Fill(1);
            return count;
        }
        finally
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
