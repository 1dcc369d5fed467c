using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>How to train, whatever the task. What is not given is the library's default.</summary>
internal sealed class TrainingOptionsGroup
{
    private const double MostMinutes = 1e6;

    private readonly TrainingOptions _defaults;
    private readonly bool _hasEpochs;
    private readonly Option<int?> _epochs;
    private readonly Option<int?> _batchSize;
    private readonly Option<double?> _learningRate;
    private readonly Option<double?> _warmup;
    private readonly Option<double?> _weightDecay;
    private readonly Option<ulong?> _seed;
    private readonly Option<int?> _accumulate = CommonOptions.Number<int>(
        "--accumulate", "Split each update into at least N parts, to save memory.");
    private readonly Option<int?> _microBatchTokens = CommonOptions.Number<int>(
        "--micro-batch-tokens", "The most tokens that go through the model at once.");
    private readonly Option<double?> _clip;
    private readonly Option<double?> _layerDecay;
    private readonly Option<int?> _freeze = CommonOptions.Number<int>(
        "--freeze", "Leave the N lowest layers as they are; the embeddings are the first.");
    private readonly Option<int?> _patience = CommonOptions.Number<int>(
        "--patience", "Stop after N epochs without a better model (default: never).");
    private readonly Option<double?> _checkpointMinutes = CommonOptions.Number<double>(
        "--checkpoint-minutes", "Minutes between checkpoints within an epoch (default: 5).");
    private readonly Option<bool> _skipBadSteps = new("--skip-bad-steps")
    {
        Description = "Leave out updates whose loss is not finite instead of stopping.",
    };

    /// <summary>Creates the options.</summary>
    /// <param name="defaults">What is taken for an option that is not given; the library's own where it is null.</param>
    /// <param name="hasEpochs">Whether a run's length and end are told in epochs.</param>
    public TrainingOptionsGroup(TrainingOptions? defaults = null, bool hasEpochs = true)
    {
        _defaults = defaults ?? new TrainingOptions();
        _hasEpochs = hasEpochs;
        _epochs = CommonOptions.Number<int>("--epochs", $"Passes over the training data{Default(_defaults.Epochs)}.");
        _batchSize = CommonOptions.Number<int>("--batch-size", $"Examples an update{Default(_defaults.BatchSize)}.");
        _learningRate = CommonOptions.Number<double>("--learning-rate", $"The highest learning rate{Default(_defaults.LearningRate)}.");
        _warmup = CommonOptions.Number<double>(
            "--warmup", $"The part of all updates over which the learning rate rises{Default(_defaults.Warmup)}.");
        _weightDecay = CommonOptions.Number<double>("--weight-decay", $"AdamW's decay of weight matrices{Default(_defaults.WeightDecay)}.");
        _seed = CommonOptions.Number<ulong>("--seed", $"Decides order, dropout, new weights and splits{Default(_defaults.Seed)}.");
        _clip = CommonOptions.Number<double>(
            "--clip", $"The largest norm of an update's gradients; 0 for any{Default(_defaults.ClipNorm)}.");
        _layerDecay = CommonOptions.Number<double>(
            "--layer-decay", $"Each layer's learning rate over that of the layer above{Default(_defaults.LayerDecay)}.");
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _epochs, _batchSize, _learningRate, _warmup, _weightDecay, _seed, _accumulate, _microBatchTokens, _clip,
            _layerDecay, _freeze, _patience, _checkpointMinutes, _skipBadSteps,
        ];
        foreach (Option option in options)
        {
            if (_hasEpochs || (option != _epochs && option != _patience))
                command.Options.Add(option);
        }
    }

    /// <summary>The options as the library takes them.</summary>
    public TrainingOptions Read(ParseResult arguments)
    {
        return _defaults with
        {
            Epochs = _hasEpochs ? arguments.GetValue(_epochs) ?? _defaults.Epochs : _defaults.Epochs,
            BatchSize = arguments.GetValue(_batchSize) ?? _defaults.BatchSize,
            LearningRate = arguments.GetValue(_learningRate) ?? _defaults.LearningRate,
            Warmup = arguments.GetValue(_warmup) ?? _defaults.Warmup,
            WeightDecay = arguments.GetValue(_weightDecay) ?? _defaults.WeightDecay,
            Seed = arguments.GetValue(_seed) ?? _defaults.Seed,
            Accumulate = arguments.GetValue(_accumulate) ?? _defaults.Accumulate,
            MicroBatchTokens = arguments.GetValue(_microBatchTokens) ?? _defaults.MicroBatchTokens,
            ClipNorm = arguments.GetValue(_clip) ?? _defaults.ClipNorm,
            LayerDecay = arguments.GetValue(_layerDecay) ?? _defaults.LayerDecay,
            FrozenLayers = arguments.GetValue(_freeze) ?? _defaults.FrozenLayers,
            Patience = _hasEpochs ? arguments.GetValue(_patience) ?? _defaults.Patience : _defaults.Patience,
            SkipBadSteps = arguments.GetValue(_skipBadSteps),
            CheckpointEvery = arguments.GetValue(_checkpointMinutes) is { } minutes ? Minutes(minutes) : _defaults.CheckpointEvery,
        };
    }

    private static string Default(IFormattable value) =>
        $" (default: {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)})";

    private static TimeSpan Minutes(double minutes) => minutes is >= 0 and <= MostMinutes
        ? TimeSpan.FromMinutes(minutes)
        : throw new UsageException(
            FormattableString.Invariant($"--checkpoint-minutes: {minutes} is out of range; expected 0 to {MostMinutes}."));
}
