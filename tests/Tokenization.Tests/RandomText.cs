using System.Text;

namespace BertMLNet.Tokenization.Tests;

/// <summary>Seeded texts, of words of the small vocabulary or of anything.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "the", "Unwanted", "running", "abcabc", "PARIS", "na\u0308ve", "é", "e\u0301", "中文", "한국어", "[SEP]", "[MASK]", "[", "!", ",", " ", "  ",
        "\t", "\u00A0", "\u2000", "\u00AD", "\u200D", "\0", "\uFFFD", "\uD800", "\uDC00", "\U0001F600", "\U0001D15E", "\u0344", "\u302E", "\u0130",
        "abcabcabcabcabcabc", "\uFA6C", "_", "don't", "\v", "\u0085",
    ];

    public static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => SmallVocabulary.Tokens[random.Next(5, SmallVocabulary.Tokens.Length)]));

    public static string Anything(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(20); i > 0; i--)
        {
            if (random.Next(3) > 0)
                text.Append(Pieces[random.Next(Pieces.Length)]);
            else
                text.Append((char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000));
            if (random.Next(3) == 0)
                text.Append(' ');
        }
        return text.ToString();
    }
}
