using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BertMLNet.Tokenization;

/// <summary>A word of at most 15 ASCII letters and digits: its bytes, the first the lowest, and its length.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AsciiWord(ulong Low, ulong High, int Length)
{
    /// <summary>How many characters are looked at at once.</summary>
    public const int Window = 16;

    private static ReadOnlySpan<byte> Masks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>
    /// The letters and digits that begin the 16 characters at <paramref name="text"/>, in lower case if asked for. A
    /// <see cref="Length"/> of 16 means that the word is too long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static AsciiWord Read(ref readonly ushort text, int available, bool lowercase)
    {
        var bytes = Vector128.NarrowWithSaturation(Vector128.LoadUnsafe(in text), Vector128.LoadUnsafe(in text, 8));
        var lower = bytes | Vector128.Create((byte)0x20);
        var isWord = Vector128.LessThanOrEqual(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)('z' - 'a')))
            | Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
        int length = Math.Min(available, int.TrailingZeroCount(~(int)isWord.ExtractMostSignificantBits()));
        var kept = Vector128.LoadUnsafe(in MemoryMarshal.GetReference(Masks), (nuint)(Window - length));
        // 0x20 is set in digits already: they are their own lower case.
        var word = ((lowercase ? lower : bytes) & kept).AsUInt64();
        return new AsciiWord(word[0], word[1], length);
    }

    /// <summary>The word of a token; false where it is none, or empty or too long.</summary>
    public static bool TryCreate(ReadOnlySpan<char> token, out AsciiWord word)
    {
        word = default;
        if (token.IsEmpty || token.Length > AsciiWordTable.MaxLength)
            return false;
        Span<ushort> window = stackalloc ushort[Window];
        window.Clear();
        MemoryMarshal.Cast<char, ushort>(token).CopyTo(window);
        word = Read(in window[0], Window, lowercase: false);
        return word.Length == token.Length;
    }

    /// <summary>The first <paramref name="length"/> characters, at least one.</summary>
    public AsciiWord Prefix(int length) => length > 8
        ? new AsciiWord(Low, High & (ulong.MaxValue >> (64 - 8 * (length - 8))), length)
        : new AsciiWord(Low & (ulong.MaxValue >> (64 - 8 * length)), 0, length);

    /// <summary>The characters behind the first <paramref name="length"/>.</summary>
    public AsciiWord Suffix(int length)
    {
        var rest = new UInt128(High, Low) >> (8 * length);
        return new AsciiWord((ulong)rest, (ulong)(rest >> 64), Length - length);
    }
}
