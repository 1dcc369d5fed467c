namespace BertMLNet.Parity;

/// <summary>A generator of numbers that is the same everywhere and for ever.</summary>
internal sealed class Draw(uint seed)
{
    private uint _state = seed;

    /// <summary>A number from 0 to <paramref name="end"/>, exclusive.</summary>
    public int Next(int end)
    {
        _state = (_state * 1664525) + 1013904223;
        return (int)((_state >> 8) % (uint)end);
    }

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Next(items.Count)];
}
