using System.Buffers;
using System.Runtime.CompilerServices;

namespace BertMLNet.Tokenization;

/// <summary>
/// Takes the tokens of a text: ids and, where wanted, offsets, into the caller's memory or into pooled memory that grows.
/// A writer that is full goes on counting to the end of the word, so that a word is never judged by a part of it.
/// </summary>
internal ref struct TokenWriter
{
    private readonly bool _grows;
    private readonly bool _withOffsets;
    private int[]? _rentedIds;
    private TokenOffset[]? _rentedOffsets;
    private Span<int> _ids;
    private Span<TokenOffset> _offsets;

    /// <summary>Writes into the caller's memory until it is full; without offsets where <paramref name="offsets"/> is empty.</summary>
    public TokenWriter(Span<int> ids, Span<TokenOffset> offsets)
    {
        _ids = ids;
        _offsets = offsets;
        _withOffsets = !offsets.IsEmpty;
        Limit = ids.Length;
    }

    /// <summary>Writes at most <paramref name="limit"/> tokens into pooled memory.</summary>
    public TokenWriter(bool withOffsets, int limit = int.MaxValue)
    {
        _grows = true;
        _withOffsets = withOffsets;
        Limit = limit;
    }

    public int Limit { get; }

    /// <summary>How many tokens were written; while a word is written this may exceed <see cref="Limit"/>.</summary>
    public int Count { get; set; }

    public readonly bool IsFull => Count >= Limit;

    public readonly ReadOnlySpan<int> Ids => _ids[..Count];

    public readonly ReadOnlySpan<TokenOffset> Offsets => _offsets[..(_withOffsets ? Count : 0)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id, int start, int end)
    {
        int index = Count++;
        if ((uint)index >= (uint)_ids.Length && !TryGrow())
            return;
        _ids[index] = id;
        if (_withOffsets)
            _offsets[index] = new TokenOffset(start, end);
    }

    /// <summary>Ends a word: tokens beyond the limit are forgotten. False when no more are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool EndWord()
    {
        if (Count < Limit)
            return true;
        Count = Limit;
        return false;
    }

    public readonly void Dispose()
    {
        if (_rentedIds is not null)
            ArrayPool<int>.Shared.Return(_rentedIds);
        if (_rentedOffsets is not null)
            ArrayPool<TokenOffset>.Shared.Return(_rentedOffsets);
    }

    private bool TryGrow()
    {
        if (!_grows)
            return false;
        int size = Math.Max(128, _ids.Length * 2);
        int[] ids = ArrayPool<int>.Shared.Rent(size);
        _ids.CopyTo(ids);
        TokenOffset[]? offsets = null;
        if (_withOffsets)
        {
            offsets = ArrayPool<TokenOffset>.Shared.Rent(ids.Length);
            _offsets.CopyTo(offsets);
        }
        Dispose();
        _ids = _rentedIds = ids;
        _offsets = _rentedOffsets = offsets;
        return true;
    }
}
