using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>A scoring that reads one or two text columns.</summary>
internal abstract class TextPairScoring<TResult>(IReadOnlyList<string> inputColumns) : RowScoring<TextPair, TResult>
{
    public override IReadOnlyList<string> InputColumns => inputColumns;

    public override TextPair Read(ReadOnlySpan<ReadOnlyMemory<char>> texts) =>
        // A bare null would become an empty text here, which is not the same as none.
        new(texts[0], texts.Length > 1 ? texts[1] : (ReadOnlyMemory<char>?)null);
}
