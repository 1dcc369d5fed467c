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
    /// <exception cref="BertMLNetException">The texts cannot be shortened as the options ask for.</exception>
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

            Join(first.Ids[..firstKept], second.Ids[..secondKept], ids[..count], options.AddSpecialTokens);
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

    /// <summary>Fills <paramref name="joined"/> with two texts' ids (none for a second one that is absent) and the special tokens.</summary>
    private void Join(ReadOnlySpan<int> first, ReadOnlySpan<int> second, Span<int> joined, bool addSpecialTokens)
    {
        int special = addSpecialTokens ? 1 : 0;
        int firstPart = first.Length + 2 * special;
        first.CopyTo(joined[special..]);
        second.CopyTo(joined[firstPart..]);
        if (!addSpecialTokens)
            return;
        joined[0] = ClassificationTokenId;
        joined[firstPart - 1] = SeparatorTokenId;
        joined[^1] = SeparatorTokenId;
    }
}
