using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>Finds the tokens that an answer's characters stand on.</summary>
internal static class SpanAligner
{
    /// <summary>The first and last passage token that the characters, without white space around them, stand on; null where there is none.</summary>
    public static (int First, int Last)? Align(string context, EncodedPassage passage, int start, int length)
    {
        int end = start + length;
        while (start < end && char.IsWhiteSpace(context[start]))
            start++;
        while (end > start && char.IsWhiteSpace(context[end - 1]))
            end--;
        if (start == end)
            return null;
        TokenOffset[] offsets = passage.Offsets;
        // Tokens stand in the passage's order: the first that ends behind the start, the last that starts before the end.
        int first = FirstWhere(offsets, offset => offset.End > start);
        int last = FirstWhere(offsets, offset => offset.Start >= end) - 1;
        return first <= last ? (first, last) : null;
    }

    /// <summary>Binary search: the condition holds for no token up to some place and for all from there on.</summary>
    private static int FirstWhere(TokenOffset[] offsets, Func<TokenOffset, bool> holds)
    {
        int low = 0;
        int high = offsets.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (holds(offsets[middle]))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
