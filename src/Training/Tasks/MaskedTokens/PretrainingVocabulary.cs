using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>What pre-training needs to know of each token.</summary>
internal sealed class PretrainingVocabulary
{
    /// <summary>
    /// At most so many of the most frequent tokens are function words and punctuation, which carry little of what a sentence says.
    /// </summary>
    private const int CommonTokens = 150;

    /// <summary>In a small vocabulary it is one in so many.</summary>
    private const int TokensACommonOne = 50;

    private readonly bool[] _continues;
    private readonly bool[] _number;
    private readonly bool[] _common;
    private readonly int[] _words;

    /// <summary>Looks at a vocabulary; the text tells how frequent each token is.</summary>
    /// <exception cref="BertMLNetException">The vocabulary has no [MASK].</exception>
    public PretrainingVocabulary(WordPieceTokenizer tokenizer, TextCorpus corpus)
    {
        Mask = tokenizer.MaskTokenId
            ?? throw new BertMLNetException(
                $"the vocabulary has no {tokenizer.SpecialTokens.Mask}, which masked-language modelling needs; add it to vocab.txt.");
        Classification = tokenizer.ClassificationTokenId;
        Separator = tokenizer.SeparatorTokenId;
        ReadOnlySpan<string> tokens = tokenizer.Vocabulary.Tokens;
        _continues = new bool[tokens.Length];
        _number = new bool[tokens.Length];
        _common = new bool[tokens.Length];
        int[] special = [Mask, Classification, Separator, tokenizer.PaddingTokenId, tokenizer.UnknownTokenId];
        List<int> words = [];
        for (int id = 0; id < tokens.Length; id++)
        {
            _continues[id] = tokens[id].StartsWith(tokenizer.ContinuingSubwordPrefix, StringComparison.Ordinal);
            // A blank line of vocab.txt is a token, too, though no text has it.
            _number[id] = tokens[id].Length > 0 && char.IsAsciiDigit(tokens[id][0]);
            if (!special.Contains(id) && tokenizer.Vocabulary.TryGetToken(id, out _))
                words.Add(id);
        }
        _words = [.. words];
        int[] counts = corpus.CountIds(tokens.Length);
        IEnumerable<int> byFrequency = Enumerable.Range(0, counts.Length).OrderByDescending(id => counts[id]).ThenBy(id => id);
        foreach (int id in byFrequency.Take(Math.Min(CommonTokens, counts.Length / TokensACommonOne)))
            _common[id] = true;
    }

    public int Mask { get; }

    public int Classification { get; }

    public int Separator { get; }

    /// <summary>Whether a token continues the word of the one before it.</summary>
    public bool Continues(int id) => _continues[id];

    /// <summary>Whether a token begins with a digit.</summary>
    public bool IsNumber(int id) => _number[id];

    /// <summary>Whether a token is among the most frequent ones.</summary>
    public bool IsCommon(int id) => _common[id];

    /// <summary>Draws any token that is not special.</summary>
    public int Draw(ref SeededRandom random) => _words[random.Next(_words.Length)];
}
