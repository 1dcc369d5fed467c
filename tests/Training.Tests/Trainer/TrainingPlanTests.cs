using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TrainingPlanTests
{
    [Fact]
    public void The_linear_schedule_rises_to_1_and_falls_towards_0()
    {
        var options = new TrainingOptions { Warmup = 0.2 };

        double[] factors = [.. Enumerable.Range(0, 10).Select(update => LearningRates.Factor(options, update, 10))];

        Assert.Equal([0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125], factors);
    }

    [Fact]
    public void The_constant_schedule_stays_at_1_after_the_warmup()
    {
        var options = new TrainingOptions { Warmup = 0.5, Schedule = LearningRateSchedule.Constant };

        Assert.Equal([0.5, 1, 1, 1], Enumerable.Range(0, 4).Select(update => LearningRates.Factor(options, update, 4)));
    }

    [Fact]
    public void Groups_keep_decay_from_biases_and_norms_and_scale_rates_by_layer()
    {
        BertConfig config = new() { VocabSize = 10, HiddenSize = 4, NumHiddenLayers = 2, NumAttentionHeads = 1, IntermediateSize = 4 };
        IReadOnlyList<ParameterSpec> specs = BertParameters.For(config, Heads.Classes);

        IReadOnlyList<ParameterGroup> groups = OptimizerOptions.For(
            specs, new TrainingOptions { WeightDecay = 0.1, LayerDecay = 0.5, FrozenLayers = 1 }).Groups;

        Assert.Equal(specs.Select(spec => spec.Name).Order(), groups.SelectMany(group => group.Parameters).Order());
        Assert.Equal((0f, 0f), Of("bert.embeddings.word_embeddings.weight"));
        Assert.Equal((0.1f, 0.25f), Of("bert.encoder.layer.0.attention.self.query.weight"));
        Assert.Equal((0f, 0.25f), Of("bert.encoder.layer.0.attention.self.query.bias"));
        Assert.Equal((0f, 0.5f), Of("bert.encoder.layer.1.output.LayerNorm.weight"));
        Assert.Equal((0.1f, 1f), Of("classifier.weight"));

        (float Decay, float Scale) Of(string name)
        {
            ParameterGroup group = groups.Single(candidate => candidate.Parameters.Contains(name));
            return (group.WeightDecay, group.LearningRateScale);
        }
    }

    [Fact]
    public void Fixed_positions_are_in_no_group()
    {
        BertConfig config = new() { NumHiddenLayers = 1, PositionEmbedding = PositionEmbedding.Sinusoidal };

        Assert.DoesNotContain(
            BertParameters.PositionEmbeddings,
            OptimizerOptions.For(BertParameters.For(config, Heads.Encoder), new TrainingOptions()).Groups.SelectMany(group => group.Parameters));
    }

    [Fact]
    public void An_epoch_holds_every_example_once_in_batches_of_like_length()
    {
        var features = new Lengths([.. Enumerable.Range(0, 1000).Select(i => 1 + i * 7919 % 97)]);

        int[][] plan = EpochPlan.Create(features, Options(seed: 1), epoch: 0);

        Assert.Equal(Enumerable.Range(0, 1000), plan.SelectMany(batch => batch).Order());
        Assert.Equal(63, plan.Length);
        Assert.Equal(62, plan.Count(batch => batch.Length == 16));
        Assert.True(plan.Average(batch => batch.Max(features.LengthOf) - batch.Min(features.LengthOf)) < 97 / 8);
        Assert.Equal(plan, EpochPlan.Create(features, Options(seed: 1), epoch: 0));
        Assert.NotEqual(plan, EpochPlan.Create(features, Options(seed: 1), epoch: 1));
        Assert.NotEqual(plan, EpochPlan.Create(features, Options(seed: 2), epoch: 0));
    }

    [Fact]
    public void Updates_hold_examples_of_any_length_where_each_is_a_bucket_of_its_own()
    {
        var features = new Lengths([.. Enumerable.Range(0, 1000).Select(i => 1 + i * 7919 % 97)]);

        int[][] plan = EpochPlan.Create(features, Options(seed: 1) with { BucketUpdates = 1 }, epoch: 0);

        Assert.Equal(Enumerable.Range(0, 1000), plan.SelectMany(batch => batch).Order());
        Assert.True(plan.Average(batch => batch.Max(features.LengthOf) - batch.Min(features.LengthOf)) > 97 / 2);
    }

    private static TrainingOptions Options(ulong seed) => new() { BatchSize = 16, Seed = seed };

    [Fact]
    public void Micro_batches_keep_to_the_bound_and_an_example_beyond_it_goes_alone()
    {
        var features = new Lengths([5, 50, 3, 4, 5, 1]);

        int[][] parts = [.. MicroBatches.Split(features, [0, 1, 2, 3, 4, 5], tokens: 12)];

        Assert.Equal([[1], [0, 4], [3, 2, 5]], parts);
    }

    [Theory]
    [InlineData(9, 4, new[] { 3, 2, 2, 2 })]
    [InlineData(8, 4, new[] { 2, 2, 2, 2 })]
    [InlineData(3, 4, new[] { 1, 1, 1 })]
    public void There_are_as_many_micro_batches_as_asked_for_where_there_are_examples_enough(int examples, int parts, int[] sizes)
    {
        var features = new Lengths([.. Enumerable.Repeat(5, examples)]);

        Assert.Equal(sizes, MicroBatches.Split(features, [.. Enumerable.Range(0, examples)], tokens: 1000, parts).Select(part => part.Length));
    }

    [Theory]
    [InlineData(0, 1, 1, 1, "option epochs: 0 is out of range; expected at least 1.")]
    [InlineData(1, 0, 1, 1, "option batch-size: 0 is out of range; expected at least 1.")]
    [InlineData(1, 1, -2, 1, "option learning-rate: -2 is out of range; expected above 0.")]
    [InlineData(1, 1, 1, 1.5, "option warmup: 1.5 is out of range; expected a part of all updates, from 0 to 1.")]
    public void Options_out_of_range_are_refused(int epochs, int batch, double rate, double warmup, string message)
    {
        var options = new TrainingOptions { Epochs = epochs, BatchSize = batch, LearningRate = rate, Warmup = warmup };

        Assert.Equal(message, Assert.Throws<BertMLNetException>(options.Validate).Message);
    }

    private sealed class Lengths(int[] lengths) : IFeatureSet
    {
        public int Count => lengths.Length;

        public int LengthOf(int index) => lengths[index];

        public PackedBatch Pack(ReadOnlySpan<int> indices) => throw new NotSupportedException();

        public string Locate(int index) => throw new NotSupportedException();
    }
}
