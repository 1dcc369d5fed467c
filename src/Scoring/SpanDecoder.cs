using System.Runtime.InteropServices;
using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>
/// Reads the answer from the logits of a passage's windows. A span's joint score is its start's logit plus its end's;
/// spans lie inside the passage, end no earlier than they start and are at most so many tokens long. A span that several
/// windows hold counts once, with the best score it has in any of them.
/// </summary>
internal static class SpanDecoder
{
    // A score this far below the largest adds nothing to a sum in double precision.
    private const double Negligible = 50;

    /// <summary>Finds the best spans of a passage.</summary>
    /// <param name="passage">The passage's text.</param>
    /// <param name="question">The question and the passage as tokens.</param>
    /// <param name="logits">The logits of each of the question's windows.</param>
    /// <param name="options">Answer length, number of candidates, null threshold.</param>
    /// <exception cref="BertMLNetException">An option makes no sense.</exception>
    /// <remarks>
    /// Takes time in proportion to the passage's tokens times the longest answer; nothing is allocated for a candidate that is
    /// not returned.
    /// </remarks>
    public static QuestionAnswer Decode(
        ReadOnlySpan<char> passage, EncodedQuestion question, ReadOnlySpan<WindowLogits> logits, QuestionAnsweringOptions options)
    {
        options.Validate();
        if (logits.IsEmpty)
            return new QuestionAnswer();

        var best = new BestSpans(options.NBestSize);
        Scan(question, logits, options.MaxAnswerLength, ref best);

        // As in Google's and transformers' decoding, the window least inclined to "no answer" speaks for the passage.
        double nullScore = double.PositiveInfinity;
        foreach (WindowLogits window in logits)
            nullScore = Math.Min(nullScore, (double)window.Start[0] + window.End[0]);
        if (options.NullThreshold is not null)
            best.AddToSum(nullScore);

        var candidates = new List<AnswerCandidate>(best.Count + 1);
        foreach (ScoredSpan span in best.Spans)
        {
            int start = question.Passage.Offsets[span.First].Start;
            int end = question.Passage.Offsets[span.Last].End;
            // Two tokens may share their characters, and then different spans of tokens are one span of text.
            if (!candidates.Exists(candidate => candidate.Start == start && candidate.End == end))
                candidates.Add(new(passage[start..end].ToString(), start, end, best.ProbabilityOf(span.Score), span.Score));
        }

        AnswerCandidate? bestSpan = candidates.FirstOrDefault();
        double? difference = bestSpan is null ? null : nullScore - bestSpan.Logit;
        AnswerCandidate? chosen = bestSpan;
        if (options.NullThreshold is { } threshold)
        {
            var none = new AnswerCandidate("", Start: null, End: null, best.ProbabilityOf(nullScore), nullScore);
            if (!(difference <= threshold))
                chosen = none;
            int place = candidates.FindIndex(candidate => candidate.Logit < nullScore);
            candidates.Insert(place < 0 ? candidates.Count : place, none);
            if (candidates.Count > options.NBestSize)
                candidates.RemoveAt(candidates.Count - 1);
        }
        return new() { Chosen = chosen, BestSpan = bestSpan, NullScoreDifference = difference, NBest = candidates };
    }

    private static void Scan(EncodedQuestion question, ReadOnlySpan<WindowLogits> logits, int maxAnswerLength, ref BestSpans best)
    {
        PassageWindow[] windows = question.Windows;
        int offset = question.PassageStart;
        int tokens = windows[^1].End;
        int earliest = 0;
        int latest = 0;
        for (int first = 0; first < tokens; first++)
        {
            // The windows that hold the first token stand side by side; those that end before the last one drop out.
            while (windows[earliest].End <= first)
                earliest++;
            while (latest + 1 < windows.Length && windows[latest + 1].First <= first)
                latest++;
            int holding = earliest;
            int limit = (int)Math.Min((long)first + maxAnswerLength, windows[latest].End);
            for (int last = first; last < limit; last++)
            {
                while (windows[holding].End <= last)
                    holding++;
                double score = double.NegativeInfinity;
                for (int w = holding; w <= latest; w++)
                {
                    int shift = offset - windows[w].First;
                    score = Math.Max(score, (double)logits[w].Start[shift + first] + logits[w].End[shift + last]);
                }
                best.Add(new(first, last, score));
            }
        }
    }

    private readonly record struct ScoredSpan(int First, int Last, double Score);

    /// <summary>
    /// The highest scores seen, highest first and the earliest first among equals, and the sum of all scores' exponentials.
    /// </summary>
    private struct BestSpans(int capacity)
    {
        private readonly List<ScoredSpan> _spans = new(Math.Min(capacity, 64));
        private double _largest = double.NegativeInfinity;
        private double _sum;

        public readonly int Count => _spans.Count;

        public readonly ReadOnlySpan<ScoredSpan> Spans => CollectionsMarshal.AsSpan(_spans);

        public void Add(ScoredSpan span)
        {
            AddToSum(span.Score);
            bool full = _spans.Count == capacity;
            if (full && !(span.Score > _spans[^1].Score))
                return;
            if (full)
                _spans.RemoveAt(_spans.Count - 1);
            int place = _spans.Count;
            while (place > 0 && _spans[place - 1].Score < span.Score)
                place--;
            _spans.Insert(place, span);
        }

        /// <summary>Keeps the sum relative to the largest score, so that it neither overflows nor vanishes.</summary>
        public void AddToSum(double score)
        {
            if (score > _largest)
            {
                _sum = (_sum * Math.Exp(_largest - score)) + 1;
                _largest = score;
            }
            else if (score > _largest - Negligible)
            {
                _sum += Math.Exp(score - _largest);
            }
        }

        public readonly double ProbabilityOf(double score) => Math.Exp(score - _largest) / _sum;
    }
}

/// <summary>What the model says of one window.</summary>
/// <param name="Start">The start logits, one a token of the sequence.</param>
/// <param name="End">The end logits, one a token of the sequence.</param>
internal readonly record struct WindowLogits(float[] Start, float[] End);
