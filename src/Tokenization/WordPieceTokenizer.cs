using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization;

/// <summary>
/// BERT's tokenizer: normalization, splitting into words, WordPiece. Ids, type ids and offsets agree with Hugging
/// Face's <c>BertTokenizerFast</c>. Offsets are UTF-16 units of the original text. Instances are safe for use by
/// several threads.
/// </summary>
public sealed partial class WordPieceTokenizer : Tokenizer
{
    private readonly BertNormalizer _normalizer;
    private readonly BertPreTokenizer _preTokenizer = new();
    private readonly WordPieceTrie _trie;
    private readonly AsciiWordTable _asciiWords;
    private readonly int[] _asciiIds;
    private readonly AddedTokenMatcher _addedTokens;
    private readonly AddedTokenMatcher _normalizedAddedTokens;
    private readonly HashSet<int> _specialIds;

    /// <summary>Creates a tokenizer from its parts.</summary>
    /// <param name="vocabulary">The tokens; it must have the unknown, classification, separator and padding tokens.</param>
    /// <param name="normalizer">How text is normalized; <see langword="null"/> for that of bert-base-uncased.</param>
    /// <param name="options">What else differs from BERT's own tokenizers.</param>
    /// <exception cref="BertMLNetException">A special token is not in the vocabulary, or an added token does not fit it.</exception>
    public WordPieceTokenizer(Vocabulary vocabulary, BertNormalizer? normalizer = null, WordPieceTokenizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        options ??= new WordPieceTokenizerOptions();
        Vocabulary = vocabulary;
        _normalizer = normalizer ?? new BertNormalizer();
        SpecialTokens = options.SpecialTokens;
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        MaxInputCharsPerWord = options.MaxInputCharsPerWord;
        UnknownTokenId = Required(SpecialTokens.Unknown, "unknown");
        ClassificationTokenId = Required(SpecialTokens.Classification, "classification");
        SeparatorTokenId = Required(SpecialTokens.Separator, "separator");
        PaddingTokenId = Required(SpecialTokens.Padding, "padding");
        MaskTokenId = vocabulary.TryGetId(SpecialTokens.Mask, out int mask) ? mask : null;
        AddedTokens = [.. options.AddedTokens ?? SpecialTokensAsAdded()];
        foreach (var token in AddedTokens)
        {
            if (!vocabulary.TryGetToken(token.Id, out string? known) || known != token.Content)
            {
                throw new BertMLNetException(
                    $"the added token '{token.Content}' has the id {token.Id}, which is that of '{known ?? "no token"}' in the vocabulary");
            }
        }
        _specialIds = [.. AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        _addedTokens = new AddedTokenMatcher(AddedTokens.Where(token => !token.Normalized));
        _normalizedAddedTokens = new AddedTokenMatcher(AddedTokens.Where(token => token.Normalized)
            .Select(token => token with { Content = _normalizer.Normalize(token.Content) }));
        _trie = new WordPieceTrie(vocabulary.Tokens, ContinuingSubwordPrefix);
        _asciiWords = new AsciiWordTable(vocabulary.Tokens, ContinuingSubwordPrefix);
        _asciiIds = AsciiIds();
    }

    /// <summary>The tokens and their ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>How the vocabulary spells the special tokens.</summary>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>The tokens that are found in the text as it is written; by default the special tokens.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>What a token begins with that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; }

    /// <summary>A word of more characters (code points) than this becomes the unknown token.</summary>
    public int MaxInputCharsPerWord { get; }

    /// <summary>The id of [UNK].</summary>
    public int UnknownTokenId { get; }

    /// <summary>The id of [CLS].</summary>
    public int ClassificationTokenId { get; }

    /// <summary>The id of [SEP].</summary>
    public int SeparatorTokenId { get; }

    /// <summary>The id of [PAD].</summary>
    public int PaddingTokenId { get; }

    /// <summary>The id of [MASK], where the vocabulary has one.</summary>
    public int? MaskTokenId { get; }

    /// <summary>Normalizes the text: a <see cref="BertNormalizer"/>.</summary>
    public override BertNormalizer Normalizer => _normalizer;

    /// <summary>Splits the normalized text into words: a <see cref="BertPreTokenizer"/>.</summary>
    public override BertPreTokenizer PreTokenizer => _preTokenizer;

    private int Required(string token, string role)
    {
        if (Vocabulary.TryGetId(token, out int id))
            return id;
        throw new BertMLNetException(
            $"the vocabulary of {Vocabulary.Count} tokens has no '{token}', the {role} token; BERT needs one for each of [UNK], [CLS], [SEP], [PAD]");
    }

    private IEnumerable<AddedToken> SpecialTokensAsAdded()
    {
        foreach (string content in SpecialTokens.All)
        {
            if (Vocabulary.TryGetId(content, out int id))
                yield return new AddedToken(content, id) { Special = true };
        }
    }
}
