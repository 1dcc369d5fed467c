using System.Buffers;

namespace BertMLNet.Tokenization;

/// <summary>Normalized characters, each with the place in the original text that it comes from; grows in pooled memory.</summary>
internal ref struct NormalizedText
{
    private char[]? _rentedChars;
    private int[]? _rentedStarts;
    private Span<char> _chars;
    private Span<int> _starts;

    /// <summary>Begins with the caller's memory, two spans of the same length.</summary>
    public NormalizedText(Span<char> chars, Span<int> starts)
    {
        _chars = chars;
        _starts = starts;
    }

    public int Length { get; private set; }

    public readonly ReadOnlySpan<char> Chars => _chars[..Length];

    /// <summary>For each character the index of the UTF-16 unit in the original text where its source begins.</summary>
    public readonly ReadOnlySpan<int> Starts => _starts[..Length];

    public void Append(int codePoint, int start)
    {
        if (Length + 2 > _chars.Length)
            Grow();
        if (codePoint > char.MaxValue)
        {
            Put((char)(0xD800 + ((codePoint - 0x10000) >> 10)), start);
            Put((char)(0xDC00 + (codePoint & 0x3FF)), start);
        }
        else
        {
            Put((char)codePoint, start);
        }
    }

    public void Clear() => Length = 0;

    public readonly void Dispose()
    {
        if (_rentedChars is not null)
            ArrayPool<char>.Shared.Return(_rentedChars);
        if (_rentedStarts is not null)
            ArrayPool<int>.Shared.Return(_rentedStarts);
    }

    private void Put(char character, int start)
    {
        _chars[Length] = character;
        _starts[Length] = start;
        Length++;
    }

    private void Grow()
    {
        int size = Math.Max(256, _chars.Length * 2);
        char[] chars = ArrayPool<char>.Shared.Rent(size);
        int[] starts = ArrayPool<int>.Shared.Rent(chars.Length);
        Chars.CopyTo(chars);
        Starts.CopyTo(starts);
        Dispose();
        _chars = _rentedChars = chars;
        _rentedStarts = starts;
        _starts = starts.AsSpan(0, chars.Length);
    }
}

/// <summary>Normalized characters and the way back to the original text.</summary>
internal readonly ref struct NormalizedSource(ReadOnlySpan<char> original, ReadOnlySpan<char> chars, ReadOnlySpan<int> starts)
{
    private readonly ReadOnlySpan<char> _original = original;
    private readonly ReadOnlySpan<int> _starts = starts;

    public ReadOnlySpan<char> Chars { get; } = chars;

    /// <summary>Where in the original text the normalized character at <paramref name="index"/> begins.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>Where in the original text the normalized character before <paramref name="index"/> ends.</summary>
    public int End(int index)
    {
        int start = _starts[index - 1];
        bool pair = char.IsHighSurrogate(_original[start]) && start + 1 < _original.Length && char.IsLowSurrogate(_original[start + 1]);
        return start + (pair ? 2 : 1);
    }
}
