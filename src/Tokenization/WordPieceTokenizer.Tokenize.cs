using System.Runtime.CompilerServices;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>
    /// Writes the ids of the text's tokens, without [CLS] and [SEP], until <paramref name="ids"/> is full, and returns
    /// how many it wrote. Allocates nothing.
    /// </summary>
    public int Tokenize(ReadOnlySpan<char> text, Span<int> ids)
    {
        var writer = new TokenWriter(ids, []);
        Tokenize(text, ref writer);
        return writer.Count;
    }

    /// <summary>
    /// Writes the ids of the text's tokens and where they stand in it, without [CLS] and [SEP], until
    /// <paramref name="ids"/> is full, and returns how many it wrote. Allocates nothing.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="offsets"/> is shorter than <paramref name="ids"/>.</exception>
    public int Tokenize(ReadOnlySpan<char> text, Span<int> ids, Span<TokenOffset> offsets)
    {
        if (offsets.Length < ids.Length)
            throw new ArgumentException("There must be room for as many offsets as ids.", nameof(offsets));
        var writer = new TokenWriter(ids, offsets);
        Tokenize(text, ref writer);
        return writer.Count;
    }

    private void Tokenize(ReadOnlySpan<char> text, scoped ref TokenWriter writer) =>
        Tokenize(text, _normalizer, splitWords: true, ref writer);

    /// <summary>Writes the tokens of a text: added tokens that stand in it as written, and what lies between them.</summary>
    private void Tokenize(ReadOnlySpan<char> text, BertNormalizer normalizer, bool splitWords, scoped ref TokenWriter writer)
    {
        int position = 0;
        while (!writer.IsFull && _addedTokens.TryFind(text, position, out var match))
        {
            if (!TokenizeSegment(text, position, match.Start, normalizer, splitWords, ref writer))
                return;
            writer.Add(match.Id, match.Start, match.End);
            position = match.End;
        }
        if (!writer.IsFull)
            TokenizeSegment(text, position, text.Length, normalizer, splitWords, ref writer);
    }

    /// <summary>Writes the tokens of a part of the text that holds no added token as written. False when the writer is full.</summary>
    private bool TokenizeSegment(
        ReadOnlySpan<char> text, int start, int end, BertNormalizer normalizer, bool splitWords, scoped ref TokenWriter writer)
    {
        // Added tokens in the normalized text may lie across words, and a short limit of length would have to be checked.
        bool plain = splitWords && normalizer == _normalizer && _normalizedAddedTokens.IsEmpty
            && MaxInputCharsPerWord >= AsciiWordTable.MaxLength;
        return plain
            ? TokenizeAscii(text, start, end, ref writer)
            : TokenizeNormalized(text, start, end, normalizer, splitWords, ref writer);
    }

    /// <summary>Writes the tokens of a part of the text that holds no added token as written, all of it normalized first.</summary>
    [SkipLocalsInit]
    private bool TokenizeNormalized(
        ReadOnlySpan<char> text, int start, int end, BertNormalizer normalizer, bool splitWords, scoped ref TokenWriter writer)
    {
        var normalized = new NormalizedText(stackalloc char[BertNormalizer.StackRoom], stackalloc int[BertNormalizer.StackRoom]);
        try
        {
            normalizer.Normalize(text[start..end], start, ref normalized);
            var source = new NormalizedSource(text, normalized.Chars, normalized.Starts);
            int position = 0;
            while (_normalizedAddedTokens.TryFind(source.Chars, position, out var match))
            {
                if (!TokenizeWords(source, position, match.Start, splitWords, ref writer))
                    return false;
                writer.Add(match.Id, source.Start(match.Start), source.End(match.End));
                if (!writer.EndWord())
                    return false;
                position = match.End;
            }
            return TokenizeWords(source, position, source.Chars.Length, splitWords, ref writer);
        }
        finally
        {
            normalized.Dispose();
        }
    }

    private bool TokenizeWords(scoped NormalizedSource source, int from, int to, bool splitWords, scoped ref TokenWriter writer)
    {
        if (!splitWords)
            return from == to || TokenizeWord(source, from, to, ref writer);
        for (int position = from; BertPreTokenizer.TryNextWord(source.Chars[..to], ref position, out int start);)
        {
            if (!TokenizeWord(source, start, position, ref writer))
                return false;
        }
        return !writer.IsFull;
    }

    /// <summary>Splits a word into the longest tokens from its left to its right, or writes the unknown token for it.</summary>
    private bool TokenizeWord(scoped NormalizedSource source, int start, int end, scoped ref TokenWriter writer)
    {
        var word = source.Chars[start..end];
        int written = writer.Count;
        bool known = word.Length <= MaxInputCharsPerWord || CountRunes(word) <= MaxInputCharsPerWord;
        int root = WordPieceTrie.WordStart;
        for (int position = start; known && position < end;)
        {
            int id = _trie.LongestPrefix(source.Chars[position..end], root, out int length);
            known = id >= 0;
            if (known)
                writer.Add(id, source.Start(position), source.End(position + length));
            position += length;
            root = WordPieceTrie.Continuation;
        }
        if (!known)
        {
            writer.Count = written;
            writer.Add(UnknownTokenId, source.Start(start), source.End(end));
        }
        return writer.EndWord();
    }

    private static int CountRunes(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
