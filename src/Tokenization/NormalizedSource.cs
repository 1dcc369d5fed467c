namespace BertMLNet.Tokenization;

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
