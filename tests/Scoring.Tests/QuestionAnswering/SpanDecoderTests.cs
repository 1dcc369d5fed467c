using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring.Tests;

public sealed class SpanDecoderTests
{
    private static readonly QuestionAnsweringOptions Options = new() { MaxAnswerLength = 4, NBestSize = 5 };

    [Fact]
    public void The_best_spans_are_those_of_trying_every_span_of_every_window()
    {
        var random = new Random(3);
        for (int round = 0; round < 400; round++)
        {
            Case made = Case.Draw(random, random.Next(1, 30), random.Next(1, 4));
            var options = new QuestionAnsweringOptions { MaxAnswerLength = random.Next(1, 12), NBestSize = random.Next(1, 8), NullThreshold = random.Next(2) == 0 ? 0 : null };

            QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, options);

            Dictionary<(int, int), double> scores = made.EverySpan(options.MaxAnswerLength);
            double nullScore = made.Logits.Min(window => (double)window.Start[0] + window.End[0]);
            double sum = scores.Values.Sum(Math.Exp) + (options.NullThreshold is null ? 0 : Math.Exp(nullScore));
            List<(int? Start, int? End, double Score)> expected =
                [.. scores.Select(span => ((int?)span.Key.Item1, (int?)span.Key.Item2, span.Value))];
            if (options.NullThreshold is not null)
                expected.Add((null, null, nullScore));
            expected = [.. expected.OrderByDescending(candidate => candidate.Score).Take(options.NBestSize)];

            Assert.Equal(expected.Count, answer.NBest.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                AnswerCandidate actual = answer.NBest[i];
                Assert.Equal(expected[i], (actual.Start, actual.End, actual.Logit));
                Assert.Equal(Math.Exp(expected[i].Score) / sum, actual.Score, 10);
            }
            double best = scores.Values.Max();
            Assert.Equal(best, answer.BestSpan!.Logit);
            Assert.Equal(nullScore - best, answer.NullScoreDifference);
            Assert.Equal(options.NullThreshold is not null && nullScore > best, answer.Start is null);
        }
    }

    [Fact]
    public void Every_candidate_is_the_passage_at_its_characters_and_probabilities_sum_to_one()
    {
        var random = new Random(4);
        for (int round = 0; round < 50; round++)
        {
            Case made = Case.Draw(random, random.Next(1, 12), random.Next(1, 3));
            QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, new() { NBestSize = 1000, MaxAnswerLength = 40, NullThreshold = 0 });
            foreach (AnswerCandidate candidate in answer.NBest.Where(candidate => candidate.Start is not null))
                Assert.Equal(made.Passage[candidate.Start!.Value..candidate.End!.Value], candidate.Text);
            Assert.Equal(1, answer.NBest.Sum(candidate => candidate.Score), 9);
        }
    }

    [Theory]
    [InlineData(-1.5, false)]
    [InlineData(0.0, false)]
    [InlineData(2.0, false)]
    [InlineData(1.99, true)]
    [InlineData(1.0, true)]
    public void No_answer_is_given_above_the_threshold_alone(double threshold, bool none)
    {
        // "No answer" scores 2 more than the best span, or 2 less where the threshold asks about that.
        Case made = Case.Flat(tokens: 6);
        float advantage = threshold < 0 || threshold == 0 ? -2 : 2;
        made.Logits[0].Start[0] = advantage;

        QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, Options with { NullThreshold = threshold });

        Assert.Equal(advantage, answer.NullScoreDifference);
        Assert.Equal(none, answer.Start is null);
        Assert.Equal(none ? "" : "w0", answer.Text);
        Assert.Equal(none, answer.End is null);
        Assert.Equal("w0", answer.BestSpan!.Text);
    }

    [Fact]
    public void Without_a_threshold_a_span_is_given_however_high_the_null_score()
    {
        Case made = Case.Flat(tokens: 6);
        made.Logits[0].Start[0] = 100;
        QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, Options);
        Assert.Equal("w0", answer.Text);
        Assert.DoesNotContain(answer.NBest, candidate => candidate.Start is null);
    }

    [Fact]
    public void Ends_before_starts_spans_outside_the_passage_and_long_spans_are_never_chosen()
    {
        Case made = Case.Flat(tokens: 10);
        WindowLogits window = made.Logits[0];
        int first = made.Question.PassageStart;
        window.Start[first + 7] = 9;
        window.End[first + 2] = 25; // before every high start
        window.Start[first + 3] = 20;
        window.End[first + 7] = 20; // five tokens from the highest start, one too many
        window.Start[1] = window.End[1] = 50; // in the question
        window.Start[^1] = window.End[^1] = 50; // the last [SEP]

        QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, Options);

        Assert.Equal("w7", answer.Text);
        Assert.Equal(29, answer.BestSpan!.Logit);
    }

    [Fact]
    public void Large_logits_neither_overflow_nor_vanish()
    {
        Case made = Case.Flat(tokens: 5);
        int first = made.Question.PassageStart;
        made.Logits[0].Start[first + 1] = 30_000;
        made.Logits[0].End[first + 1] = 30_000;
        made.Logits[0].End[first + 2] = 29_999;
        QuestionAnswer answer = SpanDecoder.Decode(made.Passage, made.Question, made.Logits, Options);
        Assert.Equal(1 / (1 + Math.Exp(-1)), answer.Score, 10);
    }

    [Fact]
    public void Tokens_of_the_same_characters_give_one_candidate()
    {
        var passage = new EncodedPassage([1, 2, 3], [new(0, 1), new(0, 1), new(2, 3)]);
        var question = new EncodedQuestion([5], passage, [new(0, 3)]);
        var logits = new WindowLogits(new float[7], new float[7]);
        QuestionAnswer answer = SpanDecoder.Decode("½ x", question, [logits], Options with { NBestSize = 20 });
        Assert.Equal(answer.NBest.Count, answer.NBest.Select(candidate => (candidate.Start, candidate.End)).Distinct().Count());
        Assert.Equal(["x", "½", "½ x"], answer.NBest.Select(candidate => candidate.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Case made = Case.Draw(new Random(5), tokens: 20, windows: 3);
        Assert.Contains("NBestSize is 0; it must be 1 or more", Error(Options with { NBestSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("MaxAnswerLength is 0; it must be 1 or more", Error(Options with { MaxAnswerLength = 0 }), StringComparison.Ordinal);

        string Error(QuestionAnsweringOptions options) =>
            Assert.Throws<BertMLNetException>(() => SpanDecoder.Decode(made.Passage, made.Question, made.Logits, options)).Message;
    }

    [Fact]
    public void Nothing_to_choose_from_is_no_answer()
    {
        var question = new EncodedQuestion([], new EncodedPassage([], []), []);
        QuestionAnswer answer = SpanDecoder.Decode("  ", question, [], Options);
        Assert.Equal("", answer.Text);
        Assert.Null(answer.Start);
        Assert.Null(answer.End);
        Assert.Null(answer.NullScoreDifference);
        Assert.Empty(answer.NBest);
    }

    /// <summary>A passage "w0 w1 w2 …" of one token a word, cut into windows that overlap.</summary>
    private sealed record Case(string Passage, EncodedQuestion Question, WindowLogits[] Logits)
    {
        public static Case Flat(int tokens) => Make(tokens, [new(0, tokens)], () => 0);

        public static Case Draw(Random random, int tokens, int windows)
        {
            var cut = new List<PassageWindow> { new(0, random.Next(1, tokens + 1)) };
            for (int i = 1; i < windows && cut[^1].End < tokens; i++)
            {
                int first = random.Next(cut[^1].First + 1, cut[^1].End + 1);
                int end = random.Next(Math.Max(first, cut[^1].End) + 1, tokens + 1);
                cut.Add(new(first, end - first));
            }
            return Make(cut[^1].End, [.. cut], () => (float)((random.NextDouble() * 8) - 4));
        }

        public Dictionary<(int Start, int End), double> EverySpan(int maxAnswerLength)
        {
            var scores = new Dictionary<(int, int), double>();
            for (int w = 0; w < Logits.Length; w++)
            {
                PassageWindow window = Question.Windows[w];
                for (int first = 0; first < window.Count; first++)
                {
                    for (int last = first; last < window.Count && last - first < maxAnswerLength; last++)
                    {
                        int shift = Question.PassageStart;
                        double score = (double)Logits[w].Start[shift + first] + Logits[w].End[shift + last];
                        var span = (Question.Passage.Offsets[window.First + first].Start, Question.Passage.Offsets[window.First + last].End);
                        scores[span] = Math.Max(score, scores.GetValueOrDefault(span, double.NegativeInfinity));
                    }
                }
            }
            return scores;
        }

        private static Case Make(int tokens, PassageWindow[] windows, Func<float> draw)
        {
            string[] words = [.. Enumerable.Range(0, tokens).Select(i => $"w{i}")];
            var offsets = new TokenOffset[tokens];
            int position = 0;
            for (int i = 0; i < tokens; i++)
            {
                offsets[i] = new(position, position + words[i].Length);
                position += words[i].Length + 1;
            }
            var question = new EncodedQuestion([7, 8], new EncodedPassage(new int[tokens], offsets), windows);
            var logits = new WindowLogits[windows.Length];
            for (int w = 0; w < logits.Length; w++)
            {
                int length = question.LengthOf(w);
                logits[w] = new([.. Enumerable.Range(0, length).Select(_ => draw())], [.. Enumerable.Range(0, length).Select(_ => draw())]);
            }
            return new Case(string.Join(' ', words), question, logits);
        }
    }
}
