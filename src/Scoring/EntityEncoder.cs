using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// Turns texts into the words that have a label each, their tokens, and windows <c>[CLS] part of the text [SEP]</c>. Any number of
/// threads may use one.
/// </summary>
internal sealed class EntityEncoder
{
    /// <summary>The longest window where nothing else is said, special tokens included.</summary>
    public const int DefaultMaxLength = 256;

    /// <summary>Tokens that neighbouring windows share where nothing else is said.</summary>
    public const int DefaultStride = 64;

    /// <summary>The fewest tokens that a window can be held to: [CLS], one token and [SEP].</summary>
    public const int ShortestLength = SpecialTokens + 1;

    private const int SpecialTokens = 2;

    private readonly WordPieceTokenizer _tokenizer;
    private readonly bool[] _continues;

    /// <summary>Makes an encoder.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="maxLength">The longest window, special tokens included.</param>
    /// <param name="stride">Tokens that neighbouring windows share; more than half of a window counts as half.</param>
    /// <exception cref="BertMLNetException">A number is too small.</exception>
    public EntityEncoder(WordPieceTokenizer tokenizer, int maxLength, int stride)
    {
        if (maxLength < ShortestLength || stride < 0)
        {
            throw new BertMLNetException(
                $"entities: windows of {maxLength} tokens that share {stride} are asked for; expected {ShortestLength} or more that share "
                + "0 or more.");
        }
        _tokenizer = tokenizer;
        _continues = new bool[tokenizer.Vocabulary.Count];
        for (int id = 0; id < _continues.Length; id++)
            _continues[id] = tokenizer.Vocabulary[id].StartsWith(tokenizer.ContinuingSubwordPrefix, StringComparison.Ordinal);
        (MaxLength, Stride) = (maxLength, stride);
    }

    /// <summary>The longest window, special tokens included.</summary>
    public int MaxLength { get; }

    /// <summary>Tokens that neighbouring windows share.</summary>
    public int Stride { get; }

    /// <summary>Makes an encoder for a model.</summary>
    /// <param name="folder">The model folder, for messages.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maxLength">
    /// The longest window, special tokens included; where it is null, what the configuration says, or else 256 tokens or as many
    /// as the model takes.
    /// </param>
    /// <param name="stride">Tokens that neighbouring windows share; where it is null, what the configuration says, or else 64.</param>
    /// <exception cref="BertMLNetException">The model cannot take so long a sequence, or a number is too small.</exception>
    public static EntityEncoder For(ModelFolder folder, BertConfig config, WordPieceTokenizer tokenizer, int? maxLength, int? stride)
    {
        int most = config.LongestSequence;
        int? trained = config.Recognition?.MaxLength;
        return maxLength > most || trained > config.MaxPositionEmbeddings
            ? throw new BertMLNetException(
                $"{folder.ConfigPath}: windows of {maxLength ?? trained} tokens are asked for; "
                + $"the model takes up to {most} ({config.LongestSequenceName}), ask for no more.")
            : new EntityEncoder(
                tokenizer, maxLength ?? Math.Min(trained ?? DefaultMaxLength, most), stride ?? config.Recognition?.Stride ?? DefaultStride);
    }

    /// <summary>Tokenizes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">
    /// The characters of its words, in order; null for the tokenizer's own, which are the parts between white space, with each mark of
    /// punctuation by itself. A word that has no tokens, such as one of control characters, is left out.
    /// </param>
    public EncodedText Encode(ReadOnlySpan<char> text, IReadOnlyList<(int Start, int End)>? words = null)
    {
        EncodedPassage tokens = Passages.Encode(_tokenizer, text);
        PassageWindow[] windows = tokens.Ids.Length == 0 ? [] : Passages.Cut(tokens.Ids.Length, MaxLength - SpecialTokens, Stride);
        return new EncodedText(tokens, windows, words is null ? Words(tokens) : Words(tokens, words));
    }

    /// <summary>Writes a window's sequence.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window's index.</param>
    /// <param name="ids">Takes as many ids as <see cref="EncodedText.LengthOf"/> says.</param>
    public void WriteIds(EncodedText text, int window, Span<int> ids)
    {
        (int first, int count) = text.Windows[window];
        ids[0] = _tokenizer.ClassificationTokenId;
        text.Tokens.Ids.AsSpan(first, count).CopyTo(ids[1..]);
        ids[count + 1] = _tokenizer.SeparatorTokenId;
    }

    private List<TextWord> Words(EncodedPassage tokens)
    {
        var words = new List<TextWord>(tokens.Ids.Length);
        for (int first = 0, end; first < tokens.Ids.Length; first = end)
        {
            end = first + 1;
            while (end < tokens.Ids.Length && _continues[tokens.Ids[end]])
                end++;
            words.Add(new(tokens.Offsets[first].Start, tokens.Offsets[end - 1].End, first, end));
        }
        return words;
    }

    private static List<TextWord> Words(EncodedPassage tokens, IReadOnlyList<(int Start, int End)> given)
    {
        var words = new List<TextWord>(given.Count);
        int token = 0;
        foreach ((int start, int end) in given)
        {
            while (token < tokens.Ids.Length && tokens.Offsets[token].Start < start)
                token++;
            int first = token;
            while (token < tokens.Ids.Length && tokens.Offsets[token].Start < end)
                token++;
            if (token > first)
                words.Add(new(start, end, first, token));
        }
        return words;
    }
}

/// <summary>A word of a text.</summary>
/// <param name="Start">Its first character, in UTF-16 units.</param>
/// <param name="End">The character after its last.</param>
/// <param name="FirstToken">Its first token, counted from the text's first.</param>
/// <param name="EndToken">The token after its last.</param>
internal readonly record struct TextWord(int Start, int End, int FirstToken, int EndToken);

/// <summary>A text as tokens, the windows that they are cut into, and its words.</summary>
internal sealed class EncodedText
{
    private readonly int[] _firstWords;

    public EncodedText(EncodedPassage tokens, PassageWindow[] windows, List<TextWord> words)
    {
        (Tokens, Windows, Words) = (tokens, windows, words);
        _firstWords = new int[windows.Length + 1];
        int window = 0;
        for (int word = 0; word < words.Count; word++)
        {
            int best = BestWindow(words[word], window);
            while (window < best)
                _firstWords[++window] = word;
        }
        while (window < windows.Length)
            _firstWords[++window] = words.Count;
    }

    /// <summary>The tokens, without special tokens.</summary>
    public EncodedPassage Tokens { get; }

    /// <summary>The windows in the text's order; none where the text has no tokens.</summary>
    public PassageWindow[] Windows { get; }

    /// <summary>The words in the text's order.</summary>
    public IReadOnlyList<TextWord> Words { get; }

    /// <summary>The tokens of a window's sequence, special tokens included.</summary>
    public int LengthOf(int window) => Windows[window].Count + 2;

    /// <summary>
    /// The words that are decided in a window. Each word is in one: of the windows that hold its first token, and all of it where one
    /// does, that which has most tokens on the word's poorer side.
    /// </summary>
    public (int First, int End) WordsOf(int window) => (_firstWords[window], _firstWords[window + 1]);

    /// <summary>The tokens of a word that its window holds, as places in the window's sequence.</summary>
    public (int First, int End) PlacesOf(int word, int window)
    {
        int shift = 1 - Windows[window].First;
        return (Words[word].FirstToken + shift, Math.Min(Words[word].EndToken, Windows[window].End) + shift);
    }

    private int BestWindow(TextWord word, int from)
    {
        (int best, int context) = (from, int.MinValue);
        for (int window = from; window < Windows.Length && Windows[window].First <= word.FirstToken; window++)
        {
            if (Windows[window].End <= word.FirstToken)
                continue;
            // Of a word that a window cuts, the part beyond counts as missing context.
            int here = Math.Min(word.FirstToken - Windows[window].First, Windows[window].End - word.EndToken);
            if (here > context)
                (best, context) = (window, here);
        }
        return best;
    }
}
