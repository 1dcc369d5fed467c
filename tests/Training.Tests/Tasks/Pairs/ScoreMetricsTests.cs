namespace BertMLNet.Training.Tests;

/// <summary>The figures of values, relevance and several labels against other implementations and hand-worked cases.</summary>
public sealed class ScoreMetricsTests
{
    [Fact]
    public void Correlations_with_ties_are_scipys()
    {
        float[] right = [1, 2, 2, 3, 5, 4.5f, 3, 1], scores = [0.9f, 2.5f, 2.1f, 2.5f, 4.1f, 4.9f, 3.2f, 2.5f];
        var metrics = new ScoreMetrics([.. right.Zip(scores, (a, b) => new ScoredRow(a, b))], 0);

        // scipy.stats.pearsonr, spearmanr of these; numpy.mean((a - b) ** 2).
        Assert.Equal(0.87729745, Value(metrics, "pearson"), 1e-6);
        Assert.Equal(0.83231419, Value(metrics, "spearman"), 1e-6);
        Assert.Equal(0.47250003, Value(metrics, "meanSquaredError"), 1e-6);
        Assert.Equal(["pearson", "spearman", "meanSquaredError"], metrics.Values.Select(value => value.Key));
    }

    [Fact]
    public void What_never_changes_correlates_with_nothing()
    {
        var metrics = new ScoreMetrics([new(1, 2), new(3, 2)], 0);
        Assert.Equal(0, Value(metrics, "pearson"));
        Assert.Equal(0, Value(metrics, "spearman"));
        Assert.Equal(1, Value(metrics, "meanSquaredError"));
    }

    [Fact]
    public void Average_precision_takes_equal_scores_together_as_scikit_learn_does()
    {
        // At 0.9: 1 of 1; at 0.5: 2 of 3 with half of what is right more; at 0.1: 3 of 5.
        var metrics = new ScoreMetrics([new(1, 0.9f), new(0, 0.5f), new(1, 0.5f), new(0, 0.1f), new(1, 0.1f)], 0);
        Assert.Equal((1 + 2.0 / 3 + 3.0 / 5) / 3, Value(metrics, "averagePrecision"), 1e-12);
    }

    [Fact]
    public void Groups_are_ranked_each_for_itself()
    {
        ScoredRow[] rows =
        [
            // Right at the second and third place.
            new(0, 0.9f, 0), new(1, 0.8f, 0), new(1, 0.7f, 0), new(0, 0.1f, 0),
            // As likely as a wrong one, and so behind it.
            new(1, 0.5f, 1), new(0, 0.5f, 1),
            // Nothing is right: nothing can be ranked.
            new(0, 0.5f, 2), new(0, 0.4f, 2),
        ];
        var metrics = new ScoreMetrics(rows, 0, ScoreMetrics.ReciprocalRankName);

        Assert.Equal(0.5, metrics.Primary, 1e-12);
        double first = (1 / Math.Log2(3) + 1 / Math.Log2(4)) / (1 + 1 / Math.Log2(3));
        Assert.Equal((first + 1 / Math.Log2(3)) / 2, Value(metrics, "ndcg10"), 1e-12);
    }

    [Fact]
    public void Only_the_first_ten_of_a_group_gain()
    {
        ScoredRow[] rows = [.. Enumerable.Range(0, 12).Select(i => new ScoredRow(i == 10 ? 1 : 0, -i, 0))];
        Assert.Equal(0, Value(new ScoreMetrics(rows, 0), "ndcg10"));
        Assert.Equal(1.0 / 11, Value(new ScoreMetrics(rows, 0), "mrr"), 1e-12);
    }

    [Fact]
    public void Micro_and_macro_F1_are_scikit_learns()
    {
        // Label a: there 3 times, given 2, both 2. Label b: 2, 3, 1. Label c: never there and never given.
        var metrics = new MultiLabelMetrics(
            ["a", "b", "c"], [new(3, 2, 2), new(2, 3, 1), new(0, 0, 0)], [0.5f], 4, 0, MultiLabelMetrics.MicroF1Name);

        Assert.Equal(2.0 * 3 / (5 + 5), metrics.MicroF1, 1e-12);
        Assert.Equal((0.8 + 0.4 + 0) / 3, metrics.MacroF1, 1e-12);
    }

    [Fact]
    public void The_threshold_lies_where_F1_is_greatest()
    {
        (float, bool)[] cases = [(0.9f, true), (0.7f, false), (0.6f, true), (0.6f, true), (0.2f, false), (0.1f, true)];

        // All down to 0.6: 3 right of 4 given and 4 that are there, F1 6/8; down to 0.9 it is 2/5, down to 0.1 8/10.
        Assert.Equal(0.05f, BestThreshold.Of(cases), 1e-6f);
        Assert.Equal(0.4f, BestThreshold.Of(cases[..5]), 1e-6f);
        Assert.Equal(0.5f, BestThreshold.Of([(0.9f, false), (0.3f, false)]));
    }

    [Fact]
    public void The_logistic_loss_does_not_overflow()
    {
        Assert.Equal(Math.Log(2), LogisticLoss.Of(0, 1), 1e-12);
        Assert.Equal(-Math.Log(1 / (1 + Math.Exp(-1.5))), LogisticLoss.Of(1.5f, 1), 1e-12);
        Assert.Equal(200, LogisticLoss.Of(200, 0), 1e-9);
        Assert.Equal(200, LogisticLoss.Of(-200, 1), 1e-9);
    }

    private static double Value(TaskMetrics metrics, string name) => metrics.Values.Single(value => value.Key == name).Value;
}
