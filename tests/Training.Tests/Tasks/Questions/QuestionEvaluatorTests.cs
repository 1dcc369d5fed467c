namespace BertMLNet.Training.Tests;

public sealed class QuestionEvaluatorTests
{
    [Fact]
    public void Version_1_means_over_all_questions_and_ignores_null_scores()
    {
        var evaluator = new QuestionEvaluator(SquadVersion.V1);
        evaluator.Add(["Paris"], "Paris", nullScoreDifference: 100);
        evaluator.Add(["New York"], "York", 0);
        evaluator.Add(["Rome"], "", double.PositiveInfinity);

        QuestionMetrics metrics = evaluator.Compute();

        Assert.Equal(3, metrics.Count);
        Assert.Equal(1.0 / 3, metrics.ExactMatch, 12);
        Assert.Equal((1 + (2.0 / 3)) / 3, metrics.F1, 12);
        Assert.Null(metrics.HasAnswer);
        Assert.Null(metrics.NoAnswer);
        Assert.Null(metrics.Best);
    }

    [Fact]
    public void Version_2_says_none_above_the_threshold_and_reports_both_kinds_of_question()
    {
        var evaluator = new QuestionEvaluator(SquadVersion.V2);
        evaluator.Add(["Paris"], "Paris", -3);
        evaluator.Add(["New York"], "York", -1);
        evaluator.Add(["Rome"], "Rome", 2);
        evaluator.Add([], "Oslo", 1);
        evaluator.Add([], "Bonn", -2);

        QuestionMetrics metrics = evaluator.Compute(nullThreshold: 0);

        Assert.Equal(2.0 / 5, metrics.ExactMatch, 12);
        Assert.Equal((1 + (2.0 / 3) + 1) / 5, metrics.F1, 12);
        Assert.Equal(3, metrics.HasAnswer!.Count);
        Assert.Equal(1.0 / 3, metrics.HasAnswer.ExactMatch, 12);
        Assert.Equal((1 + (2.0 / 3)) / 3, metrics.HasAnswer.F1, 12);
        Assert.Equal(2, metrics.NoAnswer!.Count);
        Assert.Equal(0.5, metrics.NoAnswer.ExactMatch, 12);
        Assert.Equal(0.5, metrics.NoAnswer.F1, 12);
    }

    [Fact]
    public void A_difference_equal_to_the_threshold_still_answers()
    {
        var evaluator = new QuestionEvaluator(SquadVersion.V2);
        evaluator.Add(["Rome"], "Rome", 2);
        Assert.Equal(1, evaluator.Compute(2).ExactMatch);
        Assert.Equal(0, evaluator.Compute(1.99).ExactMatch);
    }

    [Fact]
    public void The_best_threshold_is_the_best_of_all_thresholds_tried_one_by_one()
    {
        var random = new Random(7);
        string[] words = ["red", "green", "blue", "the", ""];
        for (int round = 0; round < 300; round++)
        {
            var evaluator = new QuestionEvaluator(SquadVersion.V2);
            var differences = new List<double> { -100 };
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                string[] golds = [.. Enumerable.Range(0, random.Next(3)).Select(_ => words[random.Next(words.Length)] + " " + words[random.Next(words.Length)])];
                // Few distinct values, so that many are equal.
                double difference = random.Next(-3, 4);
                differences.Add(difference);
                evaluator.Add(golds, words[random.Next(words.Length)], difference);
            }

            BestNullThresholds best = evaluator.Compute().Best!;

            Assert.Equal(differences.Max(threshold => evaluator.Compute(threshold).ExactMatch), best.ExactMatch, 12);
            Assert.Equal(differences.Max(threshold => evaluator.Compute(threshold).F1), best.F1, 12);
            Assert.Equal(best.ExactMatch, evaluator.Compute(best.ExactMatchThreshold).ExactMatch, 12);
            Assert.Equal(best.F1, evaluator.Compute(best.F1Threshold).F1, 12);
        }
    }

    [Fact]
    public void No_questions_give_zeros() => Assert.Equal(0, new QuestionEvaluator(SquadVersion.V2).Compute().Count);
}
