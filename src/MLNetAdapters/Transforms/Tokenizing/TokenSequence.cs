namespace BertMLNet;

/// <summary>A row's tokens as a graph takes them.</summary>
/// <param name="Ids">The token ids.</param>
/// <param name="TypeIds">The type ids, as many.</param>
public readonly record struct TokenSequence(ReadOnlyMemory<int> Ids, ReadOnlyMemory<byte> TypeIds);
