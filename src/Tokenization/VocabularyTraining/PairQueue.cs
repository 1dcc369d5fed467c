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
