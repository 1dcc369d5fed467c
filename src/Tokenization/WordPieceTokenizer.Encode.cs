using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>Encodes a text, or a pair of texts, as BERT reads it: [CLS] text [SEP] pair [SEP].</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text, or <see langword="null"/>.</param>
    /// <param name="options">The longest length, truncation and windows; <see langword="null"/> for no limit.</param>
    /// <exception cref="BertMLNetException">The texts cannot be shortened as the options ask for.</exception>
    public Encoding Encode(string text, string? pair = null, EncodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= EncodeOptions.Default;
        var tokens = TokenizedPair.Read(this, text, pair, pair is not null, options, withOffsets: true);
        try
        {
            var firstWindows = Windows(tokens.First.Count, tokens.FirstKept, options.Stride);
            var secondWindows = Windows(tokens.Second.Count, tokens.SecondKept, options.Stride);

            // The order of Hugging Face's tokenizers: windows of the cut-off part of the first text, each with every
            // window of the second; then the kept part of the first with the cut-off windows of the second.
            var overflow = ImmutableArray.CreateBuilder<Encoding>(firstWindows.Count * secondWindows.Count - 1);
            foreach (var firstWindow in firstWindows.Skip(1))
            {
                foreach (var secondWindow in secondWindows)
                    overflow.Add(Assemble(ref tokens, firstWindow, secondWindow, []));
            }
            foreach (var secondWindow in secondWindows.Skip(1))
                overflow.Add(Assemble(ref tokens, firstWindows[0], secondWindow, []));
            return Assemble(ref tokens, firstWindows[0], secondWindows[0], overflow.MoveToImmutable());
        }
        finally
        {
            tokens.Dispose();
        }
    }

    /// <summary>The windows over <paramref name="count"/> tokens; without a stride the first one alone.</summary>
    private static List<(int Start, int Length)> Windows(int count, int kept, int? stride)
    {
        if (kept == count || stride is not { } shared)
            return [(0, kept)];
        if (kept == 0)
            return [(0, 0), (0, count)];
        if (shared < 0 || shared >= kept)
        {
            throw new BertMLNetException(
                $"a stride of {shared} does not fit windows of {kept} tokens; it must be at least 0 and less than {kept}");
        }
        var windows = new List<(int Start, int Length)>();
        for (int start = 0; ; start += kept - shared)
        {
            windows.Add((start, Math.Min(kept, count - start)));
            if (start + kept >= count)
                return windows;
        }
    }

    private Encoding Assemble(
        scoped ref TokenizedPair tokens, (int Start, int Length) firstWindow, (int Start, int Length) secondWindow,
        ImmutableArray<Encoding> overflow)
    {
        bool addSpecialTokens = tokens.HasSpecialTokens;
        int added = !addSpecialTokens ? 0 : tokens.HasPair ? 3 : 2;
        int count = firstWindow.Length + secondWindow.Length + added;
        int[] ids = new int[count];
        int[] typeIds = new int[count];
        int[] sequenceIds = new int[count];
        var offsets = new TokenOffset[count];
        int position = 0;

        void AddSpecial(int id, int typeId)
        {
            if (!addSpecialTokens)
                return;
            ids[position] = id;
            typeIds[position] = typeId;
            sequenceIds[position++] = -1;
        }

        void AddWindow(ReadOnlySpan<int> allIds, ReadOnlySpan<TokenOffset> allOffsets, (int Start, int Length) window, int sequence)
        {
            allIds.Slice(window.Start, window.Length).CopyTo(ids.AsSpan(position));
            allOffsets.Slice(window.Start, window.Length).CopyTo(offsets.AsSpan(position));
            typeIds.AsSpan(position, window.Length).Fill(sequence);
            sequenceIds.AsSpan(position, window.Length).Fill(sequence);
            position += window.Length;
        }

        AddSpecial(ClassificationTokenId, 0);
        AddWindow(tokens.First.Ids, tokens.First.Offsets, firstWindow, 0);
        AddSpecial(SeparatorTokenId, 0);
        if (tokens.HasPair)
        {
            AddWindow(tokens.Second.Ids, tokens.Second.Offsets, secondWindow, 1);
            AddSpecial(SeparatorTokenId, 1);
        }
        return new Encoding(
            ImmutableCollectionsMarshal.AsImmutableArray(ids),
            ImmutableCollectionsMarshal.AsImmutableArray(typeIds),
            ImmutableCollectionsMarshal.AsImmutableArray(offsets),
            ImmutableCollectionsMarshal.AsImmutableArray(sequenceIds))
        {
            Overflow = overflow,
        };
    }

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
        var tokens = TokenizedPair.Read(this, text, pair, hasPair, options, withOffsets: false);
        try
        {
            int count = tokens.Count;
            if (count > Math.Min(ids.Length, typeIds.Length))
                return count;
            Join(ref tokens, ids[..count]);
            typeIds[..tokens.FirstLength].Clear();
            typeIds[tokens.FirstLength..count].Fill(1);
            return count;
        }
        finally
        {
            tokens.Dispose();
        }
    }

    /// <summary>Fills <paramref name="joined"/> with the ids of what is kept of the texts, and the special tokens.</summary>
    private void Join(scoped ref TokenizedPair tokens, Span<int> joined)
    {
        int special = tokens.HasSpecialTokens ? 1 : 0;
        tokens.First.Ids[..tokens.FirstKept].CopyTo(joined[special..]);
        tokens.Second.Ids[..tokens.SecondKept].CopyTo(joined[tokens.FirstLength..]);
        if (special == 0)
            return;
        joined[0] = ClassificationTokenId;
        joined[tokens.FirstLength - 1] = SeparatorTokenId;
        joined[^1] = SeparatorTokenId;
    }

    /// <summary>The tokens of a text or a pair in pooled memory, and how many of each are kept.</summary>
    private ref struct TokenizedPair
    {
        public TokenWriter First;
        public TokenWriter Second;

        /// <summary>Whether there is a second text; an empty one is not the same as none.</summary>
        public bool HasPair { get; private init; }

        /// <summary>Whether [CLS] and [SEP] are added.</summary>
        public bool HasSpecialTokens { get; private init; }

        public int FirstKept { get; private set; }

        public int SecondKept { get; private set; }

        /// <summary>The tokens of type 0: the first text's with its special tokens.</summary>
        public readonly int FirstLength => FirstKept + (HasSpecialTokens ? 2 : 0);

        /// <summary>The tokens of the sequence, special ones included.</summary>
        public readonly int Count => FirstLength + (HasPair ? SecondKept + (HasSpecialTokens ? 1 : 0) : 0);

        /// <summary>Tokenizes, as far as the longest length lets tokens be kept, and decides what is kept.</summary>
        /// <exception cref="BertMLNetException">The texts cannot be shortened as the options ask for.</exception>
        public static TokenizedPair Read(
            WordPieceTokenizer tokenizer, ReadOnlySpan<char> text, ReadOnlySpan<char> pair, bool hasPair, EncodeOptions options,
            bool withOffsets)
        {
            int room = Truncation.Room(options, hasPair);
            int limit = Truncation.TokensToRead(options, hasPair, room);
            var tokens = new TokenizedPair
            {
                First = new TokenWriter(withOffsets, limit),
                Second = new TokenWriter(withOffsets, limit),
                HasPair = hasPair,
                HasSpecialTokens = options.AddSpecialTokens,
            };
            try
            {
                tokenizer.Tokenize(text, ref tokens.First);
                if (hasPair)
                    tokenizer.Tokenize(pair, ref tokens.Second);
                (tokens.FirstKept, tokens.SecondKept) = Truncation.Shorten(
                    tokens.First.Count, tokens.Second.Count, hasPair, room, options.Truncation);
                return tokens;
            }
            catch
            {
                tokens.Dispose();
                throw;
            }
        }

        public readonly void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
