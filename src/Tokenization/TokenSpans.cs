namespace BertMLNet.Tokenization;

/// <summary>Tokens of one text: their ids and, where wanted, their offsets.</summary>
internal readonly ref struct TokenSpans(ReadOnlySpan<int> ids, ReadOnlySpan<TokenOffset> offsets)
{
    public ReadOnlySpan<int> Ids { get; } = ids;

    public ReadOnlySpan<TokenOffset> Offsets { get; } = offsets;
}
