using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Microsoft.Extensions.Logging;
using static BertMLNet.Training.Tests.TrainerFixture;

namespace BertMLNet.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_learns()
    {
        (LogisticEngine engine, TrainingOutcome outcome) = Train(_folder.Path, Options with { Epochs = 8 });

        Assert.Equal(8, outcome.Epochs.Count);
        Assert.True(outcome.Best.Primary > 0.9, outcome.Best.ToString());
        Assert.True(outcome.Epochs[^1].TrainingLoss < 0.8 * outcome.Epochs[0].TrainingLoss);
        Assert.Equal(outcome.Epochs.Max(epoch => epoch.Metrics.Primary), outcome.Best.Primary);
        Assert.Equal(72 * 8, outcome.Examples);
        Assert.Equal(72, outcome.Steps.Count);
        Assert.Equal(outcome.Best.Primary, Evaluator.Evaluate(engine, Task().Validation, 100).Primary);
    }

    [Fact]
    public void A_run_repeats_bit_for_bit_and_another_seed_gives_another()
    {
        byte[] first = Train(_folder["a"], Options).Engine.WeightBytes();

        Assert.Equal(first, Train(_folder["b"], Options).Engine.WeightBytes());
        Assert.NotEqual(first, Train(_folder["c"], Options with { Seed = 4 }).Engine.WeightBytes());
    }

    [Theory]
    [InlineData(1, TrainingPhase.Training)]
    [InlineData(8, TrainingPhase.Training)]
    [InlineData(9, TrainingPhase.Training)] // the last update of an epoch
    [InlineData(9, TrainingPhase.Evaluating)]
    [InlineData(10, TrainingPhase.Training)]
    [InlineData(23, TrainingPhase.Training)]
    [InlineData(36, TrainingPhase.Training)] // the last of all
    public void A_cancelled_run_goes_on_to_the_same_weights(long update, TrainingPhase phase)
    {
        (LogisticEngine whole, TrainingOutcome expected) = Train(_folder["whole"], Options);
        using var cancellation = new CancellationTokenSource();
        TrainingOptions rarely = Options with { CheckpointEvery = TimeSpan.FromHours(1) };

        Assert.Throws<OperationCanceledException>(() => Train(
            _folder["broken"],
            rarely,
            onProgress: progress =>
            {
                if (progress.Update == update && progress.Phase == phase)
                    cancellation.Cancel();
            },
            cancellationToken: cancellation.Token));
        (LogisticEngine resumed, TrainingOutcome outcome) = Train(_folder["broken"], Options, resume: true);

        Assert.Equal(whole.WeightBytes(), resumed.WeightBytes());
        AssertSameCourse(expected, outcome);
    }

    [Fact]
    public void A_run_that_is_cancelled_within_an_update_goes_on_with_the_same_engine()
    {
        byte[] whole = Train(_folder["whole"], Options with { Accumulate = 4 }).Engine.WeightBytes();
        using var cancellation = new CancellationTokenSource();
        LogisticEngine engine = Engine(Options);
        engine.AfterBatch = () =>
        {
            if (engine.BatchSizes.Count == 14)
                cancellation.Cancel();
        };
        Trainer Again() => new(engine, TrainerFixture.Groups(Options), Task(), Options with { Accumulate = 4 }, new CheckpointStore(_folder["broken"]));
        Assert.Throws<OperationCanceledException>(() => Again().Run(resume: false, cancellation.Token));

        Again().Run(resume: true);

        Assert.Equal(whole, engine.WeightBytes());
    }

    [Fact]
    public void A_run_that_dies_between_checkpoints_goes_on_to_the_same_weights()
    {
        (LogisticEngine whole, TrainingOutcome expected) = Train(_folder["whole"], Options);
        for (int death = 3; death < 36; death += 7)
        {
            string folder = _folder[$"dies-at-{death}"];
            // An exception out of the progress report ends the run as a kill would: nothing more is saved.
            Assert.Throws<InvalidOperationException>(() => Train(
                folder, Options, onProgress: progress => Die(progress.Update >= death)));
            (LogisticEngine resumed, TrainingOutcome outcome) = Train(folder, Options, resume: true);

            Assert.Equal(whole.WeightBytes(), resumed.WeightBytes());
            AssertSameCourse(expected, outcome);
        }

        static void Die(bool now)
        {
            if (now)
                throw new InvalidOperationException("killed");
        }
    }

    [Fact]
    public void A_damaged_newest_checkpoint_gives_way_to_the_one_before_and_that_is_said()
    {
        (LogisticEngine whole, _) = Train(_folder["whole"], Options);
        Interrupt(_folder["damaged"], 14);
        string[] states = [.. Directory.GetFiles(_folder["damaged"], "state-*.ckpt").Order(StringComparer.Ordinal)];
        Assert.Equal(2, states.Length);
        byte[] bytes = File.ReadAllBytes(states[1]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(states[1], bytes);

        var logger = new ListLogger();
        (LogisticEngine resumed, _) = Train(_folder["damaged"], Options, resume: true, logger: logger);

        Assert.Equal(whole.WeightBytes(), resumed.WeightBytes());
        Assert.Contains(logger.Entries, entry => entry.Level == LogLevel.Warning
            && entry.Message.Contains("its checksum does not agree", StringComparison.Ordinal)
            && entry.Message.Contains("Taking the one before", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unfinished_run_is_not_overwritten()
    {
        Interrupt(_folder.Path, 5);

        var exception = Assert.Throws<BertMLNetException>(() => Train(_folder.Path, Options));

        Assert.EndsWith("holds an unfinished run, at update 5; go on with it (option resume), or delete the folder to start anew.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_resumed_only_with_what_it_began_with()
    {
        Interrupt(_folder.Path, 5);

        Assert.Contains("began with learning-rate 0.05, not 0.1;", Refusal(Options with { LearningRate = 0.1 }), StringComparison.Ordinal);
        Assert.Contains("began with other training data;", Refusal(Options, Task(80)), StringComparison.Ordinal);
        TrainingTask judgedOtherwise = Task() with { Settings = new Dictionary<string, string> { ["metric"] = "f1" } };
        Assert.Contains("began with metric unknown, not f1;", Refusal(Options, judgedOtherwise), StringComparison.Ordinal);

        string Refusal(TrainingOptions options, TrainingTask? task = null) =>
            Assert.Throws<BertMLNetException>(() => Train(_folder.Path, options, resume: true, task)).Message;
    }

    [Fact]
    public void Resuming_where_nothing_is_starts_anew()
    {
        (LogisticEngine engine, _) = Train(_folder["a"], Options, resume: true);

        Assert.Equal(Train(_folder["b"], Options).Engine.WeightBytes(), engine.WeightBytes());
    }

    [Fact]
    public void A_completed_run_leaves_no_weights_behind_and_is_not_run_again()
    {
        LogisticEngine engine = Engine(Options);
        var trainer = new Trainer(engine, TrainerFixture.Groups(Options), Task(), Options, new CheckpointStore(_folder.Path));
        TrainingOutcome outcome = trainer.Run(resume: false);
        trainer.Complete();

        Assert.Equal(["state-000000036.ckpt"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
        (LogisticEngine untouched, TrainingOutcome again) = Train(_folder.Path, Options, resume: true);
        Assert.True(again.WasFinished);
        Assert.Empty(untouched.BatchSizes);
        AssertSameCourse(outcome, again);
        Assert.False(Train(_folder.Path, Options).Outcome.WasFinished);
    }

    [Fact]
    public void How_an_update_is_split_into_micro_batches_does_not_change_what_is_learned()
    {
        float[] whole = Weights(Options with { MicroBatchTokens = 100_000 });
        float[] split = Weights(Options with { MicroBatchTokens = 30 });
        float[] accumulated = Weights(Options with { MicroBatchTokens = 100_000, Accumulate = 3 });

        Assert.All(whole.Zip(split), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(whole.Zip(accumulated), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        float[] Weights(TrainingOptions options)
        {
            LogisticEngine engine = Engine(options, dropout: 0);
            TrainingTask task = Task() with { Training = ((LabelledPairs)Task().Training).WithClassWeights([0.5f, 3]) };
            new Trainer(engine, TrainerFixture.Groups(options), task, options, new CheckpointStore(_folder[Guid.NewGuid().ToString()])).Run(resume: false);
            var table = new float[engine.Parameters[0].Count];
            engine.ReadParameter(LogisticEngine.Table, table);
            return table;
        }
    }

    [Fact]
    public void The_token_bound_and_the_accumulation_split_updates()
    {
        (LogisticEngine bounded, _) = Train(_folder["a"], Options with { MicroBatchTokens = 1, Epochs = 1 });
        (LogisticEngine accumulated, _) = Train(_folder["b"], Options with { MicroBatchTokens = 100_000, Accumulate = 4, Epochs = 1 });

        Assert.All(bounded.BatchSizes, size => Assert.Equal(1, size));
        Assert.All(accumulated.BatchSizes, size => Assert.Equal(2, size));
        Assert.Equal(72, accumulated.BatchSizes.Sum());
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_update_rows_and_learning_rate()
    {
        TrainingTask task = Task(poisonedRow: "abc!");
        var exception = Assert.Throws<BertMLNetException>(() => Train(_folder.Path, Options with { Warmup = 0, MicroBatchTokens = 1, Seed = 6 }, task: task));

        Assert.Matches(@"^training: the loss is NaN at update \d+ of 36 \(epoch 1, learning rate [0-9.]+e-2\); rows: letters\.tsv, line 22;", exception.Message);
        Assert.NotNull(new CheckpointStore(_folder.Path).ReadState());
    }

    [Fact]
    public void Bad_updates_can_be_left_out_and_are_counted()
    {
        (LogisticEngine engine, TrainingOutcome outcome) = Train(
            _folder.Path, Options with { SkipBadSteps = true }, task: Task(poisonedRow: "abc!"));

        Assert.Equal(4, outcome.SkippedUpdates);
        Assert.Equal(36, outcome.Updates);
        Assert.Equal(32, engine.OptimizerStep);
        Assert.True(double.IsFinite(outcome.Best.Loss));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Weights_that_are_not_numbers_are_never_written(int minutes)
    {
        TrainingOptions options = Options with { LearningRate = 1e38, SkipBadSteps = true, CheckpointEvery = TimeSpan.FromMinutes(minutes) };
        var exception = Assert.Throws<BertMLNetException>(() => Train(_folder.Path, options));

        Assert.StartsWith("training: weights are no longer finite numbers (", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => file.Contains("best", StringComparison.Ordinal) || file.EndsWith(".tmp", StringComparison.Ordinal));
        // What a checkpoint holds is whole: it can be gone on from, to the same end.
        Assert.Equal(exception.Message, Assert.Throws<BertMLNetException>(() => Train(_folder.Path, options, resume: true)).Message);
    }

    [Fact]
    public void A_metric_that_is_not_a_number_is_never_the_best()
    {
        Assert.Equal(2, Lost(epoch => epoch != 2, "some").BestEpoch);

        var exception = Assert.Throws<BertMLNetException>(() => Lost(_ => true, "all"));
        Assert.Contains("no epoch's validation loss and metric were numbers", exception.Message, StringComparison.Ordinal);

        TrainingOutcome Lost(Func<int, bool> lost, string folder)
        {
            LogisticEngine engine = Engine(Options);
            int epoch = 1;
            engine.AfterBatch = () => engine.LosesItself = lost(epoch);
            var progress = new Callback(report => epoch = report.Metrics is null ? report.Epoch : report.Epoch + 1);
            return new Trainer(
                engine, TrainerFixture.Groups(Options), Task(), Options, new CheckpointStore(_folder[folder]), progress: progress).Run(resume: false);
        }
    }

    [Fact]
    public void Training_stops_when_the_model_gets_no_better()
    {
        (LogisticEngine engine, TrainingOutcome outcome) = Train(
            _folder.Path, Options with { Epochs = 40, Patience = 2, LearningRate = 0.2 });

        Assert.True(outcome.StoppedEarly);
        Assert.Equal(outcome.BestEpoch + 2, outcome.Epochs.Count);
        Assert.Equal(outcome.Best.Primary, Evaluator.Evaluate(engine, Task().Validation, 100).Primary);
    }

    [Fact]
    public void Progress_counts_every_update_and_ends_each_epoch_with_metrics()
    {
        var reports = new List<TrainingProgress>();
        Train(_folder.Path, Options, onProgress: reports.Add);

        Assert.Equal(Enumerable.Range(1, 36).Select(i => (long)i), reports.Where(report => report.Phase == TrainingPhase.Training).Select(report => report.Update));
        Assert.Equal([1, 2, 3, 4], reports.Where(report => report.Metrics is not null).Select(report => report.Epoch));
        TrainingProgress last = reports.Last(report => report.Phase == TrainingPhase.Training);
        Assert.Equal(36, last.Updates);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.True(last is { ExamplesPerSecond: > 0, TokensPerSecond: > 0, GradientNorm: > 0, LearningRate: > 0 });
    }

    [Fact]
    public void Frozen_layers_stay_as_they_are()
    {
        TrainingOptions options = Options with { FrozenLayers = 1 };
        LogisticEngine start = Engine(options);
        (LogisticEngine engine, _) = Train(_folder.Path, options);
        float[] before = new float[start.Parameters[0].Count], after = new float[before.Length];
        start.ReadParameter(LogisticEngine.Table, before);
        engine.ReadParameter(LogisticEngine.Table, after);

        Assert.Equal(before, after);
        Assert.NotEqual(start.WeightBytes(), engine.WeightBytes());
    }

    private sealed class Callback(Action<TrainingProgress> callback) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => callback(value);
    }

    private static void Interrupt(string folder, long update)
    {
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(
            folder,
            Options,
            onProgress: progress =>
            {
                if (progress.Update == update)
                    cancellation.Cancel();
            },
            cancellationToken: cancellation.Token));
    }

    private static void AssertSameCourse(TrainingOutcome expected, TrainingOutcome actual)
    {
        Assert.Equal(expected.BestEpoch, actual.BestEpoch);
        Assert.Equal(expected.Steps, actual.Steps);
        Assert.Equal(expected.Examples, actual.Examples);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(
            expected.Epochs.Select(epoch => (epoch.Epoch, epoch.TrainingLoss, epoch.Metrics.Loss, epoch.Metrics.ToString())),
            actual.Epochs.Select(epoch => (epoch.Epoch, epoch.TrainingLoss, epoch.Metrics.Loss, epoch.Metrics.ToString())));
    }
}
