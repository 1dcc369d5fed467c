namespace BertMLNet.Tokenization;

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
