using BertMLNet.Scoring;

namespace BertMLNet.Tests;

public sealed class BatchPlanTests
{
    [Fact]
    public void Rows_of_like_length_go_together_longest_first()
    {
        Assert.Equal([[1], [3, 4], [2, 0, 5]], Plan([3, 30, 4, 10, 9, 2], maxTokens: 20, atOnce: 1));
    }

    [Fact]
    public void A_batch_holds_the_longest_row_times_its_rows()
    {
        // Two rows of 12 and 5 would take 24 tokens, padding included.
        Assert.Equal([1, 4, 1], Plan([5, 5, 5, 5, 12, 5], maxTokens: 23, atOnce: 1).Select(batch => batch.Length));
        Assert.Equal([2, 4], Plan([5, 5, 5, 5, 12, 5], maxTokens: 24, atOnce: 1).Select(batch => batch.Length));
    }

    [Theory]
    [InlineData(1, new[] { 6 })]
    [InlineData(2, new[] { 3, 3 })]
    [InlineData(3, new[] { 2, 2, 2 })]
    [InlineData(4, new[] { 2, 1, 2, 1 })]
    [InlineData(9, new[] { 1, 1, 1, 1, 1, 1 })]
    public void Few_rows_are_shared_among_the_batches_that_run_at_once(int atOnce, int[] rows)
    {
        Assert.Equal(rows, Plan([5, 5, 5, 5, 5, 5], maxTokens: 512, atOnce).Select(batch => batch.Length));
    }

    [Fact]
    public void Batches_fill_the_threads_to_the_end()
    {
        // 300 tokens in batches of 100 would keep the second of two threads waiting.
        Assert.Equal([8, 7, 8, 7], Plan([.. Enumerable.Repeat(10, 30)], maxTokens: 100, atOnce: 2).Select(batch => batch.Length));
        // Alone they are three.
        Assert.Equal([10, 10, 10], Plan([.. Enumerable.Repeat(10, 30)], maxTokens: 100, atOnce: 1).Select(batch => batch.Length));
    }

    [Fact]
    public void Padding_alone_divides_no_batch() =>
        Assert.Equal([6], Plan([12, 5, 5, 5, 5, 5], maxTokens: 100, atOnce: 1).Select(batch => batch.Length));

    [Fact]
    public void A_plan_is_made_anew_for_fewer_and_for_more_rows()
    {
        var plan = new BatchPlan();
        foreach (int count in (int[])[3, 0, 100, 1])
        {
            plan.Make(Sequences([.. Enumerable.Repeat(7, count)]), maxTokens: 14, atOnce: 1);
            Assert.Equal((count + 1) / 2, plan.Count);
            Assert.Equal(count, Rows(plan).SelectMany(batch => batch).Distinct().Count());
        }
    }

    private static List<int[]> Plan(int[] lengths, int maxTokens, int atOnce)
    {
        var plan = new BatchPlan();
        plan.Make(Sequences(lengths), maxTokens, atOnce);
        return Rows(plan);
    }

    private static List<int[]> Rows(BatchPlan plan) => [.. Enumerable.Range(0, plan.Count).Select(batch => plan.Rows(batch).ToArray())];

    private static TokenSequences Sequences(int[] lengths)
    {
        var sequences = new TokenSequences();
        sequences.Encode(lengths.Length, Add, TestContext.Current.CancellationToken);
        return sequences;

        void Add(int row, TokenSequences.Chunk chunk)
        {
            chunk.Reserve(lengths[row], out _, out _);
            chunk.Add(lengths[row]);
        }
    }
}
