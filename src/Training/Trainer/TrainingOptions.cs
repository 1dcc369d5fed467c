using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>How to fine-tune. The defaults are those of google-research/bert where it has one.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training data.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Examples an update; the last update of an epoch may have fewer.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The most tokens that go through the model at once, counted as examples times the longest of them: it bounds memory
    /// and splits an update into micro-batches, but does not change what is learned, roundings aside.
    /// </summary>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>
    /// The updates whose examples are sorted by length together, so that an update's are of like length; 1 for updates of
    /// examples drawn at random.
    /// </summary>
    public int BucketUpdates { get; init; } = 16;

    /// <summary>The fewest micro-batches an update is split into, however small its examples are.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The learning rate at its highest, after the warmup.</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>The part of all updates, from 0 to 1, over which the learning rate rises in a straight line.</summary>
    public double Warmup { get; init; } = 0.1;

    /// <summary>What the learning rate does after the warmup.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>AdamW's decay of weight matrices; biases and layer normalisation do not decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The learning rate of each layer over that of the layer above it; 1 for the same everywhere.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>
    /// The number of lowest layers that stay as they are: 1 for the embeddings, 2 for them and the first encoder layer, ….
    /// </summary>
    public int FrozenLayers { get; init; }

    /// <summary>Adam's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of Adam's second moment: 1e-8 in PyTorch, 1e-6 in google-research/bert.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Corrects the moments' bias towards zero in the first updates, as PyTorch's AdamW does; Google's BERT optimizer does not.
    /// </summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>The largest total norm of an update's gradients; 0 for any.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Decides new weights, what is set aside for validation, the order of examples and every dropout mask.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Stops after so many epochs in a row without a better model; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>Leaves out an update whose loss or gradients are not finite, and counts it, in place of stopping.</summary>
    public bool SkipBadSteps { get; init; }

    /// <summary>
    /// The time between checkpoints within an epoch; <see cref="TimeSpan.Zero"/> for one after every update. One is always
    /// written after an epoch and when training is cancelled.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks every option.</summary>
    /// <exception cref="BertMLNetException">An option is out of its range.</exception>
    public void Validate()
    {
        Check(Epochs >= 1, "epochs", Epochs, "at least 1");
        Check(BatchSize >= 1, "batch-size", BatchSize, "at least 1");
        Check(MicroBatchTokens >= 1, "micro-batch-tokens", MicroBatchTokens, "at least 1");
        Check(BucketUpdates >= 1, "bucket-updates", BucketUpdates, "at least 1");
        Check(Accumulate >= 1, "accumulate", Accumulate, "at least 1");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), "learning-rate", LearningRate, "above 0");
        Check(Warmup is >= 0 and <= 1, "warmup", Warmup, "a part of all updates, from 0 to 1");
        Check(WeightDecay >= 0 && double.IsFinite(WeightDecay), "weight-decay", WeightDecay, "0 or more");
        Check(LayerDecay is > 0 and <= 1, "layer-decay", LayerDecay, "above 0 and at most 1");
        Check(FrozenLayers >= 0, "freeze", FrozenLayers, "0 or more");
        Check(ClipNorm >= 0, "clip", ClipNorm, "0 or more");
        Check(Beta1 is >= 0 and < 1, "beta1", Beta1, "from 0 to below 1");
        Check(Beta2 is >= 0 and < 1, "beta2", Beta2, "from 0 to below 1");
        Check(Epsilon > 0 && double.IsFinite(Epsilon), "epsilon", Epsilon, "above 0");
        Check(Patience >= 0, "patience", Patience, "0 or more");
        Check(CheckpointEvery >= TimeSpan.Zero, "checkpoint-minutes", CheckpointEvery.TotalMinutes, "0 or more");
    }

    /// <summary>What decides the weights that come out, by name: a run can be resumed only with the same.</summary>
    internal IReadOnlyDictionary<string, string> DecidingSettings() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["epochs"] = Text(Epochs),
        ["batch-size"] = Text(BatchSize),
        ["micro-batch-tokens"] = Text(MicroBatchTokens),
        ["bucket-updates"] = Text(BucketUpdates),
        ["accumulate"] = Text(Accumulate),
        ["learning-rate"] = Text(LearningRate),
        ["warmup"] = Text(Warmup),
        ["schedule"] = Schedule.ToString(),
        ["weight-decay"] = Text(WeightDecay),
        ["layer-decay"] = Text(LayerDecay),
        ["freeze"] = Text(FrozenLayers),
        ["clip"] = Text(ClipNorm),
        ["beta1"] = Text(Beta1),
        ["beta2"] = Text(Beta2),
        ["epsilon"] = Text(Epsilon),
        ["bias-correction"] = BiasCorrection.ToString(),
        ["seed"] = Text(Seed),
    };

    /// <summary>A setting's value as it is recorded and compared, alike in every culture.</summary>
    internal static string Text(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Refuses an option that is out of its range.</summary>
    internal static void Check(bool holds, string name, IFormattable value, string expected)
    {
        if (!holds)
            throw new BertMLNetException($"option {name}: {Text(value)} is out of range; expected {expected}.");
    }
}

/// <summary>How the learning rate goes on after the warmup.</summary>
public enum LearningRateSchedule
{
    /// <summary>Down in a straight line, to 0 after the last update.</summary>
    Linear,

    /// <summary>Level.</summary>
    Constant,
}

/// <summary>The learning rate of each update, over the highest.</summary>
internal static class LearningRates
{
    /// <summary>
    /// The factor of one update, from 0, of so many. No update is wasted on a rate of 0: warmup reaches 1 at its last update, and the
    /// linear decay, which starts at 1 with the next one, would reach 0 one update after the last.
    /// </summary>
    public static double Factor(TrainingOptions options, long update, long updates)
    {
        long warmup = (long)Math.Round(options.Warmup * updates, MidpointRounding.AwayFromZero);
        if (update < warmup)
            return (update + 1.0) / warmup;
        return options.Schedule == LearningRateSchedule.Constant ? 1 : (double)(updates - update) / (updates - warmup);
    }
}
