namespace BertMLNet.Scoring;

/// <summary>Which sequences share a batch: those of like length, longest first, under a token budget.</summary>
internal sealed class BatchPlan
{
    private int[] _order = [];
    private int[] _lengths = [];
    private int[] _ends = [];

    public int Count { get; private set; }

    /// <summary>The sequences of batch <paramref name="index"/>, the longest first.</summary>
    public ReadOnlySpan<int> Rows(int index)
    {
        int start = index == 0 ? 0 : _ends[index - 1];
        return _order.AsSpan(start, _ends[index] - start);
    }

    /// <summary>
    /// Divides the sequences. A batch has at least one sequence and otherwise at most <paramref name="maxTokens"/> tokens,
    /// padding included. Batches have about the same number of tokens, and there are as many as fill
    /// <paramref name="atOnce"/> threads to the end, where there are sequences enough.
    /// </summary>
    public void Make(TokenSequences sequences, int maxTokens, int atOnce)
    {
        int count = sequences.Count;
        Sort(sequences, count);
        long tokens = sequences.TokenCount;
        long rounds = DivideUp(DivideUp(tokens, maxTokens), atOnce);
        long batches = rounds * atOnce;
        Count = 0;
        for (int start = 0; start < count;)
        {
            int most = (int)Math.Clamp((long)maxTokens / Math.Max(1, Length(start)), 1, count - start);
            long share = tokens / Math.Max(1, batches - Count);
            int rows = 1;
            long taken = Length(start);
            while (rows < most && taken + (Length(start + rows) / 2) <= share)
                taken += Length(start + rows++);
            tokens -= taken;
            start += rows;
            _ends[Count++] = start;
        }
    }

    private static long DivideUp(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    /// <summary>The length of the sequence at a place in the order; they are kept negated, for the longest to come first.</summary>
    private int Length(int place) => -_lengths[place];

    private void Sort(TokenSequences sequences, int count)
    {
        if (_order.Length < count)
        {
            int capacity = Math.Max(count, _order.Length * 2);
            _order = new int[capacity];
            _lengths = new int[capacity];
            _ends = new int[capacity];
        }
        for (int i = 0; i < count; i++)
        {
            _order[i] = i;
            _lengths[i] = -sequences.Length(i);
        }
        Array.Sort(_lengths, _order, 0, count);
    }
}
