namespace BertMLNet.Tokenization;

/// <summary>The pairs that may be joined, the best first: a heap whose members know their places, so that each can be moved.</summary>
internal sealed class PairQueue(PieceTable pieces)
{
    private readonly List<PiecePair> _heap = [];

    /// <summary>The best pair; null where there is none.</summary>
    public PiecePair? Best => _heap.Count > 0 ? _heap[0] : null;

    /// <summary>Adds the pair, or moves it to where it belongs with the new score and its count.</summary>
    public void Update(PiecePair pair, double score)
    {
        pair.Rank = (score, pair.Count);
        if (pair.Place < 0)
        {
            pair.Place = _heap.Count;
            _heap.Add(pair);
        }
        if (!Rise(pair))
            Sink(pair);
    }

    /// <summary>Takes the pair out, if it is in.</summary>
    public void Remove(PiecePair pair)
    {
        int place = pair.Place;
        if (place < 0)
            return;
        PiecePair last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        pair.Place = -1;
        if (last == pair)
            return;
        Put(last, place);
        if (!Rise(last))
            Sink(last);
    }

    private bool Rise(PiecePair pair)
    {
        int place = pair.Place;
        while (place > 0 && IsBefore(pair, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        bool moved = place != pair.Place;
        Put(pair, place);
        return moved;
    }

    private void Sink(PiecePair pair)
    {
        int place = pair.Place;
        for (int child; (child = 2 * place + 1) < _heap.Count; place = child)
        {
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child]))
                child++;
            if (!IsBefore(_heap[child], pair))
                break;
            Put(_heap[child], place);
        }
        Put(pair, place);
    }

    private void Put(PiecePair pair, int place)
    {
        _heap[place] = pair;
        pair.Place = place;
    }

    /// <summary>Equal scores are told apart by how often the pairs stand in the text, then by their spelling.</summary>
    private bool IsBefore(PiecePair one, PiecePair other)
    {
        if (one.Rank.Score != other.Rank.Score)
            return one.Rank.Score > other.Rank.Score;
        if (one.Rank.Count != other.Rank.Count)
            return one.Rank.Count > other.Rank.Count;
        int left = string.CompareOrdinal(pieces[one.Left], pieces[other.Left]);
        return left != 0 ? left < 0 : string.CompareOrdinal(pieces[one.Right], pieces[other.Right]) < 0;
    }
}

/// <summary>Two pieces that stand beside each other in words.</summary>
internal sealed class PiecePair(int left, int right)
{
    public int Left { get; } = left;

    public int Right { get; } = right;

    /// <summary>How often the pair stands in the text.</summary>
    public long Count { get; set; }

    /// <summary>The words that hold it, in no order; some may hold it no more.</summary>
    public List<int> Words { get; } = [];

    /// <summary>What the pair is judged by in the <see cref="PairQueue"/>; the count as it was when the pair was put where it is.</summary>
    public (double Score, long Count) Rank { get; set; }

    /// <summary>Where the pair is in the <see cref="PairQueue"/>; -1 where it is not in it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>Whether it is among the pairs to be scored anew.</summary>
    public bool IsChanged { get; set; }
}

/// <summary>Which two pieces are joined next.</summary>
public enum MergeRule
{
    /// <summary>
    /// The pair that stands most often in the text: what shortens the text most. The default, as it spells words with
    /// fewer pieces.
    /// </summary>
    Frequency,

    /// <summary>
    /// The pair that makes the text likeliest, if pieces are drawn independently (Schuster and Nakajima, Japanese and
    /// Korean Voice Search, 2012). To the first order the logarithm grows by
    /// <c>pair * log(pair * total / (left * right))</c>, where <c>pair</c>, <c>left</c> and <c>right</c> say how often
    /// the pair and its pieces stand in the text, and <c>total</c> how many characters it has.
    /// </summary>
    Likelihood,
}
