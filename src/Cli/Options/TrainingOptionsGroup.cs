using System.CommandLine;
using System.Globalization;
using System.Numerics;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>How to train, whatever the task. What is not given is the library's default.</summary>
internal sealed class TrainingOptionsGroup
{
    private const double MostMinutes = 1e6;

    private readonly TrainingOptions _defaults;
    private readonly List<(Option Option, Func<ParseResult, TrainingOptions, TrainingOptions> Take)> _settings = [];

    /// <summary>Creates the options.</summary>
    /// <param name="defaults">What is taken for an option that is not given; the library's own where it is null.</param>
    /// <param name="hasEpochs">Whether a run's length and end are told in epochs.</param>
    public TrainingOptionsGroup(TrainingOptions? defaults = null, bool hasEpochs = true)
    {
        _defaults = defaults ?? new TrainingOptions();
        if (hasEpochs)
            Add<int>("--epochs", "Passes over the training data", _defaults.Epochs, (options, n) => options with { Epochs = n });
        Add<int>("--batch-size", "Examples an update", _defaults.BatchSize, (options, n) => options with { BatchSize = n });
        Add<double>(
            "--learning-rate", "The highest learning rate", _defaults.LearningRate, (options, n) => options with { LearningRate = n });
        Add<double>(
            "--warmup", "The part of all updates over which the learning rate rises", _defaults.Warmup,
            (options, n) => options with { Warmup = n });
        Add<double>(
            "--weight-decay", "AdamW's decay of weight matrices", _defaults.WeightDecay, (options, n) => options with { WeightDecay = n });
        Add<ulong>("--seed", "Decides order, dropout, new weights and splits", _defaults.Seed, (options, n) => options with { Seed = n });
        Add<int>(
            "--accumulate", "Split each update into at least N parts, to save memory", null,
            (options, n) => options with { Accumulate = n });
        Add<int>(
            "--micro-batch-tokens", "The most tokens that go through the model at once", null,
            (options, n) => options with { MicroBatchTokens = n });
        Add<double>(
            "--clip", "The largest norm of an update's gradients; 0 for any", _defaults.ClipNorm,
            (options, n) => options with { ClipNorm = n });
        Add<double>(
            "--layer-decay", "Each layer's learning rate over that of the layer above", _defaults.LayerDecay,
            (options, n) => options with { LayerDecay = n });
        Add<int>(
            "--freeze", "Leave the N lowest layers as they are; the embeddings are the first", null,
            (options, n) => options with { FrozenLayers = n });
        if (hasEpochs)
        {
            Add<int>(
                "--patience", "Stop after N epochs without a better model (default: never)", null,
                (options, n) => options with { Patience = n });
        }
        Add<double>(
            "--checkpoint-minutes", "Minutes between checkpoints within an epoch (default: 5)", null,
            (options, n) => options with { CheckpointEvery = Minutes(n) });
        Option<bool> skip = CommonOptions.Flag("--skip-bad-steps", "Leave out updates whose loss is not finite instead of stopping.");
        _settings.Add((skip, (arguments, options) => options with { SkipBadSteps = arguments.GetValue(skip) }));
    }

    /// <summary>The options, to be added to a command.</summary>
    public IEnumerable<Option> All => _settings.Select(setting => setting.Option);

    /// <summary>The options as the library takes them.</summary>
    public TrainingOptions Read(ParseResult arguments) =>
        _settings.Aggregate(_defaults, (options, setting) => setting.Take(arguments, options));

    private void Add<T>(string name, string description, T? shownDefault, Func<TrainingOptions, T, TrainingOptions> take)
        where T : struct, INumber<T>
    {
        string standard = shownDefault is { } value ? string.Create(CultureInfo.InvariantCulture, $" (default: {value})") : "";
        Option<T?> option = CommonOptions.Number<T>(name, $"{description}{standard}.");
        _settings.Add((option, (arguments, options) => arguments.GetValue(option) is { } given ? take(options, given) : options));
    }

    private static TimeSpan Minutes(double minutes) => minutes is >= 0 and <= MostMinutes
        ? TimeSpan.FromMinutes(minutes)
        : throw new UsageException(
            FormattableString.Invariant($"--checkpoint-minutes: {minutes} is out of range; expected 0 to {MostMinutes}."));
}
