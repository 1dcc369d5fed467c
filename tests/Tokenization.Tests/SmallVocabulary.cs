namespace BertMLNet.Tokenization.Tests;

/// <summary>A vocabulary that fits on a page, for tests that a reader can follow.</summary>
internal static class SmallVocabulary
{
    public static readonly string[] Tokens =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "un", "##want", "##ed", "runn", "##ing", ",", "low", "lowest", "a", "##a", "b",
        "##b", "c", "##c", "!", "#", "naive", "中", "é", "##é", "e", "##e", "x", "##x", "Paris", "paris", "i", "##stan", "don", "'", "t",
    ];

    public static int Id(string token) => Array.IndexOf(Tokens, token);

    public static WordPieceTokenizer Uncased { get; } = new(new Vocabulary(Tokens));

    public static WordPieceTokenizer Cased { get; } = new(new Vocabulary(Tokens), new BertNormalizer { Lowercase = false });

    /// <summary>The tokens of a text as the vocabulary spells them, with [CLS] and [SEP].</summary>
    public static string[] Spell(this Encoding encoding) => [.. encoding.Ids.Select(id => Tokens[id])];
}
