using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BertMLNet.Tokenization;

/// <summary>
/// The tokens made of at most 15 ASCII letters and digits, in one open hash table. A token is its own key: its bytes in
/// a register of 16, so that a look-up is two multiplications and, mostly, one comparison.
/// </summary>
internal sealed class AsciiWordTable
{
    /// <summary>The longest word that has a key; the last byte of a key tells tokens that continue a word from others.</summary>
    public const int MaxLength = 15;

    private const ulong ContinuationMark = 1UL << 56;
    private readonly Entry[] _entries;
    private readonly int _shift;

    public AsciiWordTable(ReadOnlySpan<string> tokens, string continuingPrefix)
    {
        int bits = Math.Max(4, BitOperations.Log2((uint)tokens.Length) + 2);
        _entries = new Entry[1 << bits];
        _shift = 64 - bits;
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = tokens[id];
            if (token.StartsWith(continuingPrefix, StringComparison.Ordinal))
                Add(token.AsSpan(continuingPrefix.Length), ContinuationMark, id);
            Add(token, 0, id);
        }
    }

    /// <summary>The id of the token with the key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(AsciiWord word) => Find(word.Low, word.High);

    /// <summary>The id of the longest token that the word begins with, or that continues a word as it begins; -1 for none.</summary>
    public int LongestPrefix(AsciiWord word, bool continues, out int length)
    {
        for (length = word.Length; length > 0; length--)
        {
            var prefix = word.Prefix(length);
            int id = Find(prefix.Low, continues ? prefix.High | ContinuationMark : prefix.High);
            if (id >= 0)
                return id;
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ulong low, ulong high)
    {
        var entries = _entries;
        for (uint slot = Slot(low, high); ; slot++)
        {
            ref readonly var entry = ref entries[slot & (uint)(entries.Length - 1)];
            if (entry.Low == low && entry.High == high)
                return entry.Id;
            if (entry.Low == 0)
                return -1;
        }
    }

    private void Add(ReadOnlySpan<char> token, ulong mark, int id)
    {
        if (!AsciiWord.TryCreate(token, out var word))
            return;
        ulong high = word.High | mark;
        uint slot = Slot(word.Low, high);
        while (_entries[slot].Low != 0 && !(_entries[slot].Low == word.Low && _entries[slot].High == high))
            slot = (slot + 1) & (uint)(_entries.Length - 1);
        _entries[slot] = new Entry(word.Low, high, id);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Slot(ulong low, ulong high) =>
        (uint)((((low * 0x9E3779B97F4A7C15) ^ BitOperations.RotateLeft(high * 0xD6E8FEB86659FD93, 32)) * 0xFF51AFD7ED558CCD) >> _shift);

    private readonly record struct Entry(ulong Low, ulong High, int Id);
}

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
