using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

/// <summary>Generated sentences of few words, and a model folder to pre-train on them.</summary>
internal static class PretrainingTestText
{
    private static readonly string[] _nouns = ["cat", "dog", "bird", "horse", "fish", "child", "man", "woman", "ball", "tree"];
    private static readonly string[] _verbs = ["sees", "likes", "finds", "hears", "wants"];
    private static readonly string[] _colours = ["red", "green", "blue", "white", "black"];

    /// <summary>Documents of sentences, a line each, with an empty line between documents.</summary>
    public static string Write(int documents, int sentences)
    {
        var random = new Random(3);
        string Noun() => $"{_colours[random.Next(5)]} {_nouns[random.Next(10)]}";
        IEnumerable<string> lines = Enumerable.Range(0, documents).SelectMany(_ =>
            Enumerable.Range(0, sentences).Select(_ => $"The {Noun()} {_verbs[random.Next(5)]} the {Noun()} near {random.Next(10, 100)} of the {Noun()}s.").Append(""));
        return string.Join('\n', lines);
    }

    public static WordPieceTokenizer Tokenizer() => new(new Vocabulary(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Pieces()]));

    private static IEnumerable<string> Pieces() =>
        [.. "0123456789".Select(digit => digit.ToString()), .. "0123456789".Select(digit => $"##{digit}"), "the", "near", "of", ".", "##s", .. _nouns, .. _verbs, .. _colours];

    public static TextCorpus Corpus(int documents = 20, int sentences = 6)
    {
        using var folder = new TestKit.TemporaryFolder();
        File.WriteAllText(folder["text.txt"], Write(documents, sentences));
        return TextCorpusReader.Read([folder["text.txt"]], Tokenizer());
    }

    public static PretrainingSource Source(SentenceTask task = SentenceTask.None, int examples = 64, MaskingOptions? masking = null, double part = 1)
    {
        TextCorpus corpus = Corpus();
        var options = new PretrainingOptions
        {
            ModelPath = "", OutputPath = "", TextPaths = [], SentenceTask = task, SentencePart = part, Masking = masking ?? new MaskingOptions(),
        };
        return new PretrainingSource(corpus, new PretrainingVocabulary(Tokenizer(), corpus), options, maxLength: 48, examples);
    }
}
