using System.Buffers;
using System.Globalization;
using System.Text;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>Tokenizes texts of any length, and cuts their tokens into windows that a model can take.</summary>
internal static class Passages
{
    /// <summary>Tokenizes all of a text.</summary>
    public static EncodedPassage Encode(WordPieceTokenizer tokenizer, ReadOnlySpan<char> text)
    {
        // Most texts have fewer tokens than characters; where normalisation makes several of one there may be more.
        for (int room = text.Length + 1; ; room *= 2)
        {
            using var ids = new Rented<int>(room);
            using var offsets = new Rented<TokenOffset>(room);
            int count = tokenizer.Tokenize(text, ids.Span, offsets.Span);
            if (count < room)
            {
                TakeInMarks(text, offsets.Span[..count]);
                return new EncodedPassage(ids.Span[..count].ToArray(), offsets.Span[..count].ToArray());
            }
        }
    }

    /// <summary>Full windows at equal distances; the last one ends with the text and may be shorter.</summary>
    /// <param name="tokens">The text's tokens.</param>
    /// <param name="room">The most of them that a window holds.</param>
    /// <param name="stride">Those that neighbouring windows share; never more than half of a window.</param>
    public static PassageWindow[] Cut(int tokens, int room, int stride)
    {
        int step = room - Math.Min(stride, room / 2);
        int further = Math.Max(0, tokens - room);
        var windows = new PassageWindow[1 + ((further + step - 1) / step)];
        for (int i = 0; i < windows.Length; i++)
            windows[i] = new(i * step, Math.Min(room, tokens - (i * step)));
        return windows;
    }

    /// <summary>
    /// Where a model without accents drops the combining marks behind a letter, no token stands on them. They go with the
    /// letter, so that what is taken of a text never loses its last accent.
    /// </summary>
    private static void TakeInMarks(ReadOnlySpan<char> text, Span<TokenOffset> offsets)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            (int start, int end) = offsets[i];
            int limit = i + 1 < offsets.Length ? offsets[i + 1].Start : text.Length;
            while (end < limit && Rune.DecodeFromUtf16(text[end..limit], out Rune rune, out int length) == OperationStatus.Done
                && Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
            {
                end += length;
            }
            offsets[i] = new(start, end);
        }
    }
}

/// <summary>A passage as tokens, without special tokens.</summary>
/// <param name="Ids">The tokens' ids.</param>
/// <param name="Offsets">Each token's characters in the passage's text, in UTF-16 units.</param>
internal sealed record EncodedPassage(int[] Ids, TokenOffset[] Offsets);

/// <summary>The part of a passage that one sequence holds.</summary>
/// <param name="First">The part's first token, counted from the passage's first.</param>
/// <param name="Count">The part's number of tokens.</param>
internal readonly record struct PassageWindow(int First, int Count)
{
    /// <summary>The token after the part's last.</summary>
    public int End => First + Count;
}
