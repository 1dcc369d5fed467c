using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// Tokenizes examples one after another and finds their answers' tokens. A passage that several questions share is tokenized once.
/// </summary>
internal sealed class QuestionAligner(QuestionEncoder encoder, QuestionDataReport report)
{
    private string? _context;
    private EncodedPassage? _passage;

    /// <summary>Tokenizes an example.</summary>
    public EncodedQuestion Encode(QuestionExample example)
    {
        // The reader gives the questions of a paragraph the same string.
        if (_passage is null || !ReferenceEquals(_context, example.Context))
            (_context, _passage) = (example.Context, encoder.EncodePassage(example.Context));
        return encoder.Encode(example.Question, _passage);
    }

    /// <summary>Finds the tokens of the first answer that stands on any; null for "no answer".</summary>
    /// <returns>False where there are answers and none stands on tokens, which is counted and listed.</returns>
    /// <exception cref="BertMLNetException">The example does not say what its answers are.</exception>
    public bool TryAlign(QuestionExample example, EncodedQuestion question, out (int First, int Last)? span)
    {
        span = null;
        IReadOnlyList<GoldAnswer> answers = example.KnownAnswers;
        if (answers.Count == 0)
            return true;
        foreach (GoldAnswer answer in answers)
        {
            if (answer.Start is not { } start)
                continue;
            span = SpanAligner.Align(example.Context, question.Passage, start, answer.Text.Length);
            if (span is not { } found)
                continue;
            TokenOffset[] offsets = question.Passage.Offsets;
            ReadOnlySpan<char> covered = example.Context.AsSpan()[offsets[found.First].Start..offsets[found.Last].End];
            if (!covered.SequenceEqual(answer.Text.AsSpan().Trim()))
            {
                report.WidenedAnswers++;
                report.Note(example, $"the answer '{answer.Text}' begins or ends inside a token; '{covered}' is taken");
            }
            return true;
        }
        report.UnalignedQuestions++;
        report.Note(example, $"no answer stands on tokens of the passage ('{answers[0].Text}')");
        return false;
    }
}

/// <summary>Finds the tokens that an answer's characters stand on.</summary>
internal static class SpanAligner
{
    /// <summary>
    /// The first and last passage token that the characters, without white space around them, stand on; null where there is none.
    /// </summary>
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
