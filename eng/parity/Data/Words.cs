namespace BertMLNet.Parity;

/// <summary>The words that all generated data is made of, and the vocabulary of the tiny models.</summary>
internal static class Words
{
    public static readonly string[] Names = ["Anna", "Boris", "Clara", "David", "Emma", "Frank"];
    public static readonly string[] Verbs = ["met", "saw", "called", "helped", "followed"];
    public static readonly string[] Places = ["Paris", "Berlin", "Rome", "Oslo"];
    public static readonly string[] Years = ["1932", "1950", "1971", "2004"];

    /// <summary>Lines of a <c>vocab.txt</c>; letters let most other words be spelt.</summary>
    public static IEnumerable<string> Vocabulary =>
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        .. new[] { Names, Verbs, Places, Years }.SelectMany(words => words).Select(word => word.ToLowerInvariant()),
        "in", "was", "by", "born", "who", "where", "when", "the", "a", "and", "not", "did", "it", "is", ".", ",", "?", "!", "'", "-", "日",
        .. Letters, .. Letters.Select(letter => "##" + letter), "##ed", "##ing",
    ];

    private static IEnumerable<string> Letters => "abcdefghijklmnopqrstuvwxyz0123456789".Select(letter => letter.ToString());
}
