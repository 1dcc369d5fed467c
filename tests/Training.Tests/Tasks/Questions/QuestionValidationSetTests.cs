using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training.Tests;

public sealed class QuestionValidationSetTests
{
    private static readonly string Passage = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"w{i}"));

    [Fact]
    public void A_model_that_knows_the_answers_is_right_everywhere_past_the_first_window_too()
    {
        QuestionExample[] examples = [.. Enumerable.Range(0, 30).Select(i => Ask($"w{2 * i}"))];
        QuestionTaskMetrics metrics = Evaluate(examples, knowing: true);
        Assert.Equal(1, metrics.Metrics.ExactMatch);
        Assert.Equal(1, metrics.Metrics.F1);
        Assert.Equal(30, metrics.Metrics.Count);
        Assert.InRange(metrics.Loss, 0, 1e-3);
        Assert.Equal("f1", metrics.PrimaryName);
        Assert.Equal(1, metrics.Primary);
    }

    [Fact]
    public void A_model_that_knows_nothing_loses_the_logarithm_of_the_choices()
    {
        // One window of ten tokens: each of start and end is one of ten.
        QuestionTaskMetrics metrics = Evaluate([QuestionTestModel.Example("who", "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9", new GoldAnswer("w3", 9))], knowing: false);
        Assert.Equal(Math.Log(10), metrics.Loss, 5);
        Assert.Equal(0, metrics.Metrics.ExactMatch);
    }

    [Fact]
    public void Unanswerable_questions_bring_version_2_and_the_best_threshold()
    {
        QuestionTaskMetrics metrics = Evaluate([Ask("w5"), Ask("w50"), QuestionTestModel.Example("who", Passage)], knowing: true);
        Assert.Equal(1, metrics.Metrics.NoAnswer!.ExactMatch);
        Assert.Equal(1, metrics.Metrics.HasAnswer!.ExactMatch);
        Assert.Equal(1, metrics.Metrics.Best!.F1);
        Assert.Equal("bestF1", metrics.PrimaryName);
        Assert.Contains(metrics.Values, value => value.Key == "noAnswerF1");
    }

    [Fact]
    public void Questions_that_cannot_be_trained_on_are_judged_all_the_same()
    {
        QuestionTaskMetrics metrics = Evaluate(
            [Ask("w5"), QuestionTestModel.Example("who", " ", new GoldAnswer("x", null)), QuestionTestModel.Example("who", Passage, new GoldAnswer("elsewhere", null))],
            knowing: true);
        Assert.Equal(3, metrics.Metrics.Count);
        Assert.Equal(1.0 / 3, metrics.Metrics.ExactMatch, 12);
        Assert.Null(metrics.Metrics.Best);
    }

    [Theory]
    [InlineData("bert-base-uncased", "dev-v1.1.json.gz")]
    [InlineData("bert-base-cased", "dev-v2.0-half.json.gz")]
    public void Squads_answers_come_back_from_their_tokens(string vocabulary, string file)
    {
        var report = new QuestionDataReport();
        QuestionExample[] examples = [.. QuestionReader.Read(TestKit.SharedData.PathOf("data", "squad", file), new() { RequireAnswers = true }, report).Take(800)];
        // Short windows, so that many answers lie past the first one.
        var encoder = new QuestionEncoder(Tokenization.WordPieceTokenizer.Load(TestKit.SharedData.PathOf("vocab", vocabulary)), 96, new() { DocStride = 32, MaxAnswerLength = 80 });
        report = new QuestionDataReport();
        QuestionMetrics metrics = Evaluate(examples, encoder, new() { MaxAnswerLength = 80 }, report, knowing: true).Metrics;
        // Some answers are marked in the middle of a word ("ten" in "contenders"); every other one comes back.
        Assert.InRange(report.WidenedAnswers, 0, 20);
        Assert.InRange((metrics.HasAnswer ?? metrics).ExactMatch * (metrics.HasAnswer ?? metrics).Count, examples.Count(example => example.Answers!.Count > 0) - report.WidenedAnswers, 800);
    }

    private static QuestionExample Ask(string word) =>
        QuestionTestModel.Example("who", Passage, new GoldAnswer(word, (" " + Passage + " ").IndexOf($" {word} ", StringComparison.Ordinal)));

    /// <summary>Judges logits that point at the answer, or at [CLS] in windows without it; or that are all zero.</summary>
    [Fact]
    public void Other_right_answers_are_other_data()
    {
        Assert.Equal(Fingerprint(new GoldAnswer("w5", null)), Fingerprint(new GoldAnswer("w5", null)));
        Assert.NotEqual(Fingerprint(new GoldAnswer("w5", null)), Fingerprint(new GoldAnswer("w6", null)));
        Assert.NotEqual(Fingerprint(new GoldAnswer("w5", null)), Fingerprint(new GoldAnswer("w5", null), new GoldAnswer("w6", null)));

        static string Fingerprint(params GoldAnswer[] answers) => QuestionValidationSet.Build(
            [QuestionTestModel.Example("who", Passage, answers)], QuestionTestModel.Encoder(24, [Passage, "who"], new()), new(), new()).Fingerprint;
    }

    private static QuestionTaskMetrics Evaluate(QuestionExample[] examples, bool knowing) =>
        Evaluate(examples, QuestionTestModel.Encoder(24, [Passage, "who"], new() { DocStride = 6 }), new(), new(), knowing);

    private static QuestionTaskMetrics Evaluate(
        QuestionExample[] examples, QuestionEncoder encoder, QuestionAnsweringOptions options, QuestionDataReport report, bool knowing)
    {
        var oracle = QuestionTrainingSet.Build(examples, encoder, new QuestionDataReport());
        var set = QuestionValidationSet.Build(examples, encoder, options, report);
        int[] order = [.. Enumerable.Range(0, set.Count)];
        new Random(1).Shuffle(order);

        IEvaluation evaluation = set.BeginEvaluation();
        foreach (int[] indices in order.Chunk(7))
        {
            PackedBatch batch = set.Pack(indices);
            Assert.Null(batch.Targets);
            float[] starts = new float[batch.TokenCount], ends = new float[batch.TokenCount];
            int first = 0;
            for (int i = 0; knowing && i < indices.Length; i++)
            {
                // Windows of questions that cannot be trained on have no counterpart; they come last.
                if (indices[i] < oracle.Count)
                {
                    var targets = (SpanTargets)oracle.Pack([indices[i]]).Targets!;
                    starts[first + targets.Starts[0]] = 10;
                    ends[first + targets.Ends[0]] = 10;
                }
                first += batch.Lengths[i];
            }
            evaluation.Add(indices, batch, new Dictionary<string, float[]> { [TensorNames.StartLogits] = starts, [TensorNames.EndLogits] = ends });
        }
        return (QuestionTaskMetrics)evaluation.Complete();
    }
}
