using BertMLNet.Modeling;
using BertMLNet.Tests;

namespace BertMLNet.Scoring.Tests;

/// <summary>Models that give a value, or any number of labels; <see cref="PairClassifier"/>'s logits are what their results are made of.</summary>
public sealed class ScoreTests
{
    private static readonly string[] Queries = TinyModel.Sentences(40, seed: 3), Passages = TinyModel.Sentences(40, seed: 4);

    [Fact]
    public void A_value_is_the_logit_one_by_one_in_batches_and_in_a_stream()
    {
        using var model = TinyModel.Values(["relatedness"]);
        using PairScorer scorer = PairScorer.Load(model.Path);
        using PairClassifier classifier = PairClassifier.Load(model.Path);
        TextPair[] pairs = [.. Queries.Zip(Passages, (query, passage) => new TextPair(query, passage))];

        float[] expected = [.. pairs.Select(pair => classifier.Score(pair).Logits.Span[0])];

        Assert.Equal(expected, pairs.Select(pair => scorer.Score(pair).Score), Close);
        Assert.Equal(expected, scorer.ScoreBatch(pairs).Select(score => score.Score), Close);
        Assert.Equal(expected, scorer.ScoreStream(pairs).Select(score => score.Logits.Span[0]), Close);
        Assert.True(expected.Distinct().Count() > 20);
    }

    [Fact]
    public void Passages_are_ranked_by_their_scores_the_best_first()
    {
        using var model = TinyModel.Values(["relevance"]);
        using PairScorer scorer = PairScorer.Load(model.Path);
        float[] scores = [.. Passages.Select(passage => scorer.Score(Queries[0], passage).Score)];

        IReadOnlyList<RankedPassage> ranked = scorer.Rank(Queries[0], Passages);

        Assert.Equal(Enumerable.Range(0, 40).OrderByDescending(i => scores[i]).Select(i => scores[i]), ranked.Select(passage => passage.Score), Close);
        Assert.All(ranked, passage => Assert.Equal(scores[passage.Index], passage.Score, 1e-5f));
        Assert.Equal(40, ranked.Select(passage => passage.Index).Distinct().Count());
        Assert.Equal(ranked.Take(3), scorer.Rank(Queries[0], Passages, top: 3));
        Assert.Empty(scorer.Rank(Queries[0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Rank(Queries[0], Passages, top: 0));
    }

    [Fact]
    public void Labels_are_given_from_their_thresholds_on()
    {
        using var model = TinyModel.Labels(["joy", "anger", "fear"], 0.2f, 0.5f, 0.8f);
        using MultiLabelClassifier classifier = MultiLabelClassifier.Load(model.Path);
        Assert.Equal([0.2f, 0.5f, 0.8f], classifier.Thresholds);

        foreach (string text in Queries)
        {
            MultiLabelPrediction prediction = classifier.Score(text);
            float[] expected = [.. prediction.Logits.ToArray().Select(logit => 1 / (1 + MathF.Exp(-logit)))];
            Assert.Equal(expected, prediction.Probabilities.ToArray(), Close);
            Assert.Equal(classifier.Labels.Where((_, i) => prediction.Probabilities.Span[i] >= classifier.Thresholds[i]), prediction.Labels);
        }
        Assert.True(Queries.Select(text => classifier.Score(text).Labels.Count).Distinct().Count() > 1);
    }

    [Fact]
    public void One_threshold_is_for_all_labels_and_a_half_where_none_is_kept()
    {
        using var kept = TinyModel.Labels(["joy", "anger"], 0.3f);
        using var none = TinyModel.Labels(["joy", "anger"]);
        using MultiLabelClassifier first = MultiLabelClassifier.Load(kept.Path), second = MultiLabelClassifier.Load(none.Path);

        Assert.Equal([0.3f, 0.3f], first.Thresholds);
        Assert.Equal([0.5f, 0.5f], second.Thresholds);
    }

    [Fact]
    public void A_model_with_another_head_is_refused_with_what_is_right_for_it()
    {
        using var classes = TinyModel.Pairs();
        using var labels = TinyModel.Labels(["joy", "anger"]);
        using var questions = TinyModel.Questions();
        using var values = TinyModel.Values(["a", "b"]);

        Refused(() => PairScorer.Load(classes.Path), "PairClassification (single_label_classification), and Regression (regression) is needed; score it with PairClassifier, in ML.NET BertPairClassify");
        Refused(() => PairScorer.Load(labels.Path), "score it with MultiLabelClassifier, in ML.NET BertLabelTexts");
        Refused(() => PairScorer.Load(questions.Path), "score it with QuestionAnswerer, in ML.NET BertAnswerQuestion");
        Refused(() => PairScorer.Load(values.Path), "the model gives 2 numbers a row (a, b), and one is needed");
        Refused(() => PairClassifier.Load(labels.Path), "score it with MultiLabelClassifier, in ML.NET BertLabelTexts");
        Refused(() => PairClassifier.Load(questions.Path), "QuestionAnswering (BertForQuestionAnswering)");
        Refused(() => MultiLabelClassifier.Load(classes.Path), "and LabelClassification (multi_label_classification) is needed");

        static void Refused(Func<IDisposable> load, string expected) =>
            Assert.Contains(expected, Assert.Throws<BertMLNetException>(load).Message, StringComparison.Ordinal);
    }

    private static bool Close(float expected, float actual) => MathF.Abs(expected - actual) < 1e-5f;
}
