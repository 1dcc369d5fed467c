namespace BertMLNet.Scoring;

/// <summary>Token sequences, one after another in two arrays that grow as needed and are kept for the next use.</summary>
internal sealed class SequenceList
{
    private int[] _ids = new int[1024];
    private byte[] _typeIds = new byte[1024];
    private int[] _ends = new int[64];

    /// <summary>The number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>The number of tokens in all sequences.</summary>
    public int TokenCount => Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>Sequence <paramref name="index"/>'s number of tokens.</summary>
    public int Length(int index) => _ends[index] - Start(index);

    /// <summary>Sequence <paramref name="index"/>'s token ids.</summary>
    public ReadOnlySpan<int> Ids(int index) => _ids.AsSpan(Start(index), Length(index));

    /// <summary>Sequence <paramref name="index"/>'s type ids.</summary>
    public ReadOnlySpan<byte> TypeIds(int index) => _typeIds.AsSpan(Start(index), Length(index));

    /// <summary>Adds a sequence of <paramref name="length"/> tokens for the caller to fill.</summary>
    public void Add(int length, out Span<int> ids, out Span<byte> typeIds)
    {
        int start = TokenCount;
        EnsureTokens(start + length);
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Count * 2);
        _ends[Count++] = start + length;
        ids = _ids.AsSpan(start, length);
        typeIds = _typeIds.AsSpan(start, length);
    }

    /// <summary>Adds every sequence of another list.</summary>
    public void AddRange(SequenceList other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            Add(other.Length(i), out Span<int> ids, out Span<byte> typeIds);
            other.Ids(i).CopyTo(ids);
            other.TypeIds(i).CopyTo(typeIds);
        }
    }

    /// <summary>Empties the list; its memory stays.</summary>
    public void Clear() => Count = 0;

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private void EnsureTokens(int count)
    {
        if (count <= _ids.Length)
            return;
        int capacity = Math.Max(count, _ids.Length * 2);
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _typeIds, capacity);
    }
}
