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
        bool hasPair = pair is not null;
        bool special = options.AddSpecialTokens;
        int room = Truncation.Room(options, hasPair);
        int limit = Truncation.TokensToRead(options, hasPair, room);
        var first = new TokenWriter(withOffsets: true, limit);
        var second = new TokenWriter(withOffsets: true, limit);
        try
        {
            Tokenize(text, ref first);
            if (pair is not null)
                Tokenize(pair, ref second);
            var (firstKept, secondKept) = Truncation.Shorten(first.Count, second.Count, hasPair, room, options.Truncation);
            var firstWindows = Windows(first.Count, firstKept, options.Stride);
            var secondWindows = Windows(second.Count, secondKept, options.Stride);

            // The order of Hugging Face's tokenizers: windows of the cut-off part of the first text, each with every
            // window of the second; then the kept part of the first with the cut-off windows of the second.
            var overflow = ImmutableArray.CreateBuilder<Encoding>(firstWindows.Count * secondWindows.Count - 1);
            foreach (var firstWindow in firstWindows.Skip(1))
            {
                foreach (var secondWindow in secondWindows)
                    overflow.Add(Assemble(first.Written, firstWindow, second.Written, secondWindow, hasPair, special, []));
            }
            foreach (var secondWindow in secondWindows.Skip(1))
                overflow.Add(Assemble(first.Written, firstWindows[0], second.Written, secondWindow, hasPair, special, []));
            return Assemble(
                first.Written, firstWindows[0], second.Written, secondWindows[0], hasPair, special, overflow.MoveToImmutable());
        }
        finally
        {
            first.Dispose();
            second.Dispose();
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
        TokenSpans first,
        (int Start, int Length) firstWindow,
        TokenSpans second,
        (int Start, int Length) secondWindow,
        bool hasPair,
        bool addSpecialTokens,
        ImmutableArray<Encoding> overflow)
    {
        int added = !addSpecialTokens ? 0 : hasPair ? 3 : 2;
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

        void AddWindow(TokenSpans tokens, (int Start, int Length) window, int sequence)
        {
            tokens.Ids.Slice(window.Start, window.Length).CopyTo(ids.AsSpan(position));
            tokens.Offsets.Slice(window.Start, window.Length).CopyTo(offsets.AsSpan(position));
            typeIds.AsSpan(position, window.Length).Fill(sequence);
            sequenceIds.AsSpan(position, window.Length).Fill(sequence);
            position += window.Length;
        }

        AddSpecial(ClassificationTokenId, 0);
        AddWindow(first, firstWindow, 0);
        AddSpecial(SeparatorTokenId, 0);
        if (hasPair)
        {
            AddWindow(second, secondWindow, 1);
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
}
