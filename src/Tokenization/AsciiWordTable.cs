using System.Numerics;
using System.Runtime.CompilerServices;

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
