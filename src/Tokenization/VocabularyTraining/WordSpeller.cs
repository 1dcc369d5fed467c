namespace BertMLNet.Tokenization;

/// <summary>Spells words with a vocabulary as the tokenizer does, the longest piece first, and counts what is used.</summary>
internal sealed class WordSpeller(ReadOnlySpan<string> tokens)
{
    private readonly WordPieceTrie _trie = new(tokens, PieceTable.Continuing);
    private readonly long[] _uses = new long[tokens.Length];
    private readonly List<int> _spelling = [];
    private long _words;
    private long _pieces;
    private long _unknown;

    /// <summary>The words that were spelt so far.</summary>
    public VocabularyCoverage Coverage => new(_words, _pieces, _unknown);

    /// <summary>How often the token was used so far.</summary>
    public long UsesOf(int id) => _uses[id];

    /// <summary>Spells a word that stands so often in the text.</summary>
    public void Add(string word, long count)
    {
        _words += count;
        if (TrySpell(word))
        {
            _pieces += count * _spelling.Count;
            foreach (int piece in _spelling)
                _uses[piece] += count;
        }
        else
        {
            _pieces += count;
            _unknown += count;
        }
    }

    private bool TrySpell(string word)
    {
        _spelling.Clear();
        if (VocabularyTrainer.IsTooLong(word))
            return false;
        int root = WordPieceTrie.WordStart;
        for (int position = 0; position < word.Length; root = WordPieceTrie.Continuation)
        {
            int id = _trie.LongestPrefix(word.AsSpan(position), root, out int length);
            if (id < 0)
                return false;
            _spelling.Add(id);
            position += length;
        }
        return true;
    }
}
