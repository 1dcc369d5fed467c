using BertMLNet.Tokenization;

namespace BertMLNet.Export.Tests;

/// <summary>A vocabulary of exactly as many tokens as the golden models have embeddings.</summary>
internal static class SmallTokenizer
{
    public const int Count = 50;

    private static readonly string[] Words = ["a", "b", "##b", "cat", "dog", "##s", "on", "mat", "!", ",", "ä", "中"];

    public static WordPieceTokenizer Create(WordPieceTokenizerOptions? options = null, BertNormalizer? normalizer = null) =>
        new(new Vocabulary(Tokens), normalizer, options);

    private static IEnumerable<string> Tokens =>
        ((string[])["[PAD]", "", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Words, .. Enumerable.Range(0, Count).Select(i => $"w{i}")]).Take(Count);
}
