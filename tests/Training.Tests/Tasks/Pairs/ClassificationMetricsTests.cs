using System.Text;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class ClassificationMetricsTests
{
    // Rows are the right class, columns the predicted one; the expected values were worked out by hand.
    [Theory]
    [InlineData(new[] { 6, 2, 1, 11 }, 17.0 / 20, 22.0 / 25, 64.0 / 93.46657156438339)] // 6*11 - 2*1 over the root of 13*12*8*7
    [InlineData(new[] { 5, 0, 0, 5 }, 1, 1, 1)]
    [InlineData(new[] { 0, 5, 5, 0 }, 0, 0, -1)]
    [InlineData(new[] { 0, 3, 0, 7 }, 0.7, 14.0 / 17, 0)] // all predicted to be class 1
    [InlineData(new[] { 3, 0, 7, 0 }, 0.3, 0, 0)] // all predicted to be class 0
    [InlineData(new[] { 4, 0, 0, 0 }, 1, 0, 0)] // no example of class 1 at all
    [InlineData(new[] { 0, 0, 0, 0 }, 0, 0, 0)] // no example
    public void Two_classes(int[] counts, double accuracy, double f1, double matthews)
    {
        var metrics = new ClassificationMetrics(["no", "yes"], Square(counts), 0);

        Assert.Equal(accuracy, metrics.Accuracy, 1e-12);
        Assert.Equal(f1, metrics.F1, 1e-12);
        Assert.Equal(matthews, metrics.Matthews, 1e-12);
    }

    [Fact]
    public void Three_classes_average_F1_and_correlate_as_Gorodkin_has_it()
    {
        var metrics = new ClassificationMetrics(["a", "b", "c"], Square([3, 1, 0, 0, 2, 2, 1, 0, 1]), 0);

        // F1 of a: 2*3/(4+4); of b: 2*2/(4+3); of c: 2*1/(2+3).
        Assert.Equal((6.0 / 8 + 4.0 / 7 + 2.0 / 5) / 3, metrics.F1, 1e-12);
        Assert.Equal(0.6, metrics.Accuracy, 1e-12);
        // (6*10 - (4*4 + 4*3 + 2*3)) / sqrt((100 - 36) * (100 - 34))
        Assert.Equal(26 / Math.Sqrt(64 * 66.0), metrics.Matthews, 1e-12);
    }

    [Fact]
    public void A_class_that_occurs_nowhere_does_not_count_towards_the_mean()
    {
        var metrics = new ClassificationMetrics(["a", "b", "c"], Square([2, 0, 0, 0, 3, 0, 0, 0, 0]), 0);

        Assert.Equal(1, metrics.F1);
    }

    [Fact]
    public void Logits_are_counted_and_their_cross_entropies_averaged()
    {
        var evaluation = new ClassificationEvaluation(["no", "yes"], ClassificationMetrics.F1Name);
        evaluation.Add(1, [0, 0]);
        evaluation.Add(1, [1000, 1001]);
        evaluation.Add(0, [1, 0]);

        ClassificationMetrics metrics = evaluation.Complete();

        double soft = Math.Log(1 + Math.Exp(-1));
        Assert.Equal((Math.Log(2) + soft + soft) / 3, metrics.Loss, 1e-12);
        Assert.Equal([1, 0, 1, 1], new[] { metrics.Confusion(0, 0), metrics.Confusion(0, 1), metrics.Confusion(1, 0), metrics.Confusion(1, 1) });
        Assert.Equal("f1", metrics.PrimaryName);
        Assert.Equal(metrics.F1, metrics.Primary);
    }

    [Fact]
    public void The_numbers_are_written_for_machines()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            new ClassificationMetrics(["no", "yes"], Square([1, 0, 0, 1]), 0.5).WriteProperties(writer);
            writer.WriteEndObject();
        }
        Assert.Equal(
            """{"accuracy":1,"f1":1,"matthews":1,"count":2,"labels":["no","yes"],"confusion":[[1,0],[0,1]]}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void An_unknown_metric_is_refused() =>
        Assert.Throws<BertMLNetException>(() => new ClassificationMetrics(["no", "yes"], new int[2, 2], 0, "bleu"));

    private static int[,] Square(int[] counts)
    {
        int size = (int)Math.Sqrt(counts.Length);
        var square = new int[size, size];
        for (int i = 0; i < counts.Length; i++)
            square[i / size, i % size] = counts[i];
        return square;
    }
}
