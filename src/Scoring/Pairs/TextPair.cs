namespace BertMLNet.Scoring;

/// <summary>One or two texts to classify together.</summary>
/// <param name="First">The first text.</param>
/// <param name="Second">The second text; null where a single text is classified, which is not the same as an empty second text.</param>
public readonly record struct TextPair(ReadOnlyMemory<char> First, ReadOnlyMemory<char>? Second)
{
    /// <summary>Makes a pair of strings; a null <paramref name="first"/> is an empty text.</summary>
    public TextPair(string? first, string? second = null)
        : this(first.AsMemory(), second?.AsMemory())
    {
    }
}
