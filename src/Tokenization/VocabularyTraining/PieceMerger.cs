using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>Holds the words of the text, spelt with pieces, and joins pieces that stand beside each other, the best pair first.</summary>
internal sealed class PieceMerger
{
    private readonly PieceTable _pieces;
    private readonly MergeRule _rule;
    private readonly long _minFrequency;
    private readonly PairQueue _queue;
    private readonly Dictionary<ulong, PiecePair> _pairs = [];
    private readonly List<PiecePair> _changed = [];

    // For the likelihood alone, as there a pair's score depends on how often its pieces stand in the text.
    private readonly List<List<PiecePair>> _pairsOfPiece = [];
    private double _logTotal;

    // The words' pieces, one word behind the other. A word keeps its place and grows shorter there.
    private readonly List<int> _spellings = [];
    private readonly List<Word> _words = [];

    public PieceMerger(PieceTable pieces, VocabularyTrainingOptions options)
    {
        _pieces = pieces;
        _rule = options.Merges;
        _minFrequency = options.MinFrequency;
        _queue = new PairQueue(pieces);
    }

    /// <summary>
    /// How often a piece must be used to be worth its place: as often as the next pair would be, where the most
    /// frequent pair is next. 0 where there is no next pair.
    /// </summary>
    public long LeastUse => _queue.Best is not { } next ? 0 : _rule == MergeRule.Frequency ? next.Count : _minFrequency;

    /// <summary>Adds a word that stands so often in the text and is spelt with these pieces.</summary>
    public void AddWord(ReadOnlySpan<int> spelling, long count)
    {
        foreach (int piece in spelling)
            _pieces.CountOf(piece) += count;
        for (int i = 1; i < spelling.Length; i++)
            AddPair(spelling[i - 1], spelling[i], count, _words.Count);
        _words.Add(new Word(_spellings.Count, spelling.Length, count));
        _spellings.AddRange(spelling);
    }

    /// <summary>Scores the pairs of the words that were added; to be called once, before the first merge.</summary>
    public void Start()
    {
        long total = 0;
        for (int piece = 0; piece < _pieces.Count; piece++)
            total += _pieces.CountOf(piece);
        _logTotal = Math.Log(total);
        ScoreChanged();
    }

    /// <summary>
    /// Joins the best pair everywhere into the piece <paramref name="joined"/>. False where no pair stands often enough in the text.
    /// </summary>
    public bool TryMerge(out int joined)
    {
        joined = -1;
        if (_queue.Best is not { } pair)
            return false;
        joined = _pieces.GetOrAdd(_pieces.Join(pair.Left, pair.Right));
        foreach (int word in CollectionsMarshal.AsSpan(pair.Words))
            MergeInWord(word, pair, joined);
        ScoreChanged();
        if (_rule == MergeRule.Likelihood)
        {
            Score(PairsOf(pair.Left));
            Score(PairsOf(pair.Right));
            Score(PairsOf(joined));
        }
        return true;
    }

    private void MergeInWord(int index, PiecePair pair, int joined)
    {
        ref Word word = ref CollectionsMarshal.AsSpan(_words)[index];
        Span<int> spelling = CollectionsMarshal.AsSpan(_spellings).Slice(word.Start, word.Length);
        if (!Holds(spelling, pair))
            return;
        for (int i = 1; i < spelling.Length; i++)
            Change(_pairs[Key(spelling[i - 1], spelling[i])], -word.Count);

        int length = 0;
        for (int i = 0; i < spelling.Length; i++)
        {
            bool joins = i + 1 < spelling.Length && spelling[i] == pair.Left && spelling[i + 1] == pair.Right;
            spelling[length++] = joins ? joined : spelling[i];
            if (!joins)
                continue;
            _pieces.CountOf(pair.Left) -= word.Count;
            _pieces.CountOf(pair.Right) -= word.Count;
            _pieces.CountOf(joined) += word.Count;
            i++;
        }
        word = word with { Length = length };
        for (int i = 1; i < length; i++)
        {
            // Pairs without the joined piece were in the word before, and know it.
            bool isNew = spelling[i - 1] == joined || spelling[i] == joined;
            AddPair(spelling[i - 1], spelling[i], word.Count, isNew ? index : -1);
        }
    }

    private static bool Holds(ReadOnlySpan<int> spelling, PiecePair pair)
    {
        for (int i = 1; i < spelling.Length; i++)
        {
            if (spelling[i - 1] == pair.Left && spelling[i] == pair.Right)
                return true;
        }
        return false;
    }

    /// <summary>Counts a pair in a word; <paramref name="word"/> is -1 where the pair knows it.</summary>
    private void AddPair(int left, int right, long count, int word)
    {
        ref PiecePair? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Key(left, right), out bool known);
        if (!known)
        {
            slot = new PiecePair(left, right);
            if (_rule == MergeRule.Likelihood)
            {
                PairsOf(left).Add(slot);
                PairsOf(right).Add(slot);
            }
        }
        PiecePair pair = slot!;
        Change(pair, count);
        if (word >= 0 && (pair.Words.Count == 0 || pair.Words[^1] != word))
            pair.Words.Add(word);
    }

    private void Change(PiecePair pair, long count)
    {
        pair.Count += count;
        if (pair.IsChanged)
            return;
        pair.IsChanged = true;
        _changed.Add(pair);
    }

    private void ScoreChanged()
    {
        foreach (PiecePair pair in CollectionsMarshal.AsSpan(_changed))
            pair.IsChanged = false;
        Score(_changed);
        _changed.Clear();
    }

    /// <summary>Scores the pairs anew, and takes those out of the list that are nowhere in the text any more.</summary>
    private void Score(List<PiecePair> pairs)
    {
        int kept = 0;
        foreach (PiecePair pair in CollectionsMarshal.AsSpan(pairs))
        {
            if (pair.Count < _minFrequency)
                _queue.Remove(pair);
            else
                _queue.Update(pair, ScoreOf(pair));
            if (pair.Count > 0)
                pairs[kept++] = pair;
            else
                Forget(pair);
        }
        pairs.RemoveRange(kept, pairs.Count - kept);
    }

    private double ScoreOf(PiecePair pair)
    {
        double count = pair.Count;
        return _rule == MergeRule.Frequency
            ? count
            : count * (Math.Log(count / ((double)_pieces.CountOf(pair.Left) * _pieces.CountOf(pair.Right))) + _logTotal);
    }

    /// <summary>
    /// Drops a pair that is nowhere in the text. Where the two have come together again since, that is another object, which stays.
    /// </summary>
    private void Forget(PiecePair pair)
    {
        ulong key = Key(pair.Left, pair.Right);
        if (_pairs.TryGetValue(key, out PiecePair? known) && known == pair)
            _pairs.Remove(key);
    }

    private List<PiecePair> PairsOf(int piece)
    {
        while (_pairsOfPiece.Count <= piece)
            _pairsOfPiece.Add([]);
        return _pairsOfPiece[piece];
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>A word: where its pieces are, how many, and how often it stands in the text.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Word(int Start, int Length, long Count);
}
