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
    private readonly Option<int?> _accumulate = Number<int>("--accumulate", "Split each update into at least N parts, to save memory.");
    private readonly Option<int?> _microBatchTokens = Number<int>("--micro-batch-tokens", "The most tokens that go through the model at once.");
    private readonly Option<double?> _clip;
    private readonly Option<double?> _layerDecay;
    private readonly Option<int?> _freeze = Number<int>("--freeze", "Leave the N lowest layers as they are; the embeddings are the first.");
    private readonly Option<int?> _patience = Number<int>("--patience", "Stop after N epochs without a better model (default: never).");
    private readonly Option<double?> _checkpointMinutes = Number<double>("--checkpoint-minutes", "Minutes between checkpoints within an epoch (default: 5).");
    private readonly Option<bool> _skipBadSteps = new("--skip-bad-steps") { Description = "Leave out updates whose loss is not finite instead of stopping." };

    /// <summary>Creates the options.</summary>
    /// <param name="defaults">What is taken for an option that is not given; the library's own where it is null.</param>
    /// <param name="hasEpochs">Whether a run's length and end are told in epochs.</param>
    public TrainingOptionsGroup(TrainingOptions? defaults = null, bool hasEpochs = true)
    {
        _defaults = defaults ?? new TrainingOptions();
        _hasEpochs = hasEpochs;
        _epochs = Number<int>("--epochs", $"Passes over the training data{Default(_defaults.Epochs)}.");
        _batchSize = Number<int>("--batch-size", $"Examples an update{Default(_defaults.BatchSize)}.");
        _learningRate = Number<double>("--learning-rate", $"The highest learning rate{Default(_defaults.LearningRate)}.");
        _warmup = Number<double>("--warmup", $"The part of all updates over which the learning rate rises{Default(_defaults.Warmup)}.");
        _weightDecay = Number<double>("--weight-decay", $"AdamW's decay of weight matrices{Default(_defaults.WeightDecay)}.");
        _seed = Number<ulong>("--seed", $"Decides order, dropout, new weights and splits{Default(_defaults.Seed)}.");
        _clip = Number<double>("--clip", $"The largest norm of an update's gradients; 0 for any{Default(_defaults.ClipNorm)}.");
        _layerDecay = Number<double>("--layer-decay", $"Each layer's learning rate over that of the layer above{Default(_defaults.LayerDecay)}.");
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
        TrainingOptions defaults = _defaults;
        return defaults with
        {
            Epochs = _hasEpochs ? arguments.GetValue(_epochs) ?? defaults.Epochs : defaults.Epochs,
            BatchSize = arguments.GetValue(_batchSize) ?? defaults.BatchSize,
            LearningRate = arguments.GetValue(_learningRate) ?? defaults.LearningRate,
            Warmup = arguments.GetValue(_warmup) ?? defaults.Warmup,
            WeightDecay = arguments.GetValue(_weightDecay) ?? defaults.WeightDecay,
            Seed = arguments.GetValue(_seed) ?? defaults.Seed,
            Accumulate = arguments.GetValue(_accumulate) ?? defaults.Accumulate,
            MicroBatchTokens = arguments.GetValue(_microBatchTokens) ?? defaults.MicroBatchTokens,
            ClipNorm = arguments.GetValue(_clip) ?? defaults.ClipNorm,
            LayerDecay = arguments.GetValue(_layerDecay) ?? defaults.LayerDecay,
            FrozenLayers = arguments.GetValue(_freeze) ?? defaults.FrozenLayers,
            Patience = _hasEpochs ? arguments.GetValue(_patience) ?? defaults.Patience : defaults.Patience,
            SkipBadSteps = arguments.GetValue(_skipBadSteps),
            CheckpointEvery = arguments.GetValue(_checkpointMinutes) is { } minutes ? Minutes(minutes) : defaults.CheckpointEvery,
        };
    }

    private static string Default(IFormattable value) => $" (default: {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)})";

    private static TimeSpan Minutes(double minutes) => minutes is >= 0 and <= MostMinutes
        ? TimeSpan.FromMinutes(minutes)
        : throw new UsageException(FormattableString.Invariant($"--checkpoint-minutes: {minutes} is out of range; expected 0 to {MostMinutes}."));

    private static Option<T?> Number<T>(string name, string description)
        where T : struct => new(name) { Description = description, HelpName = "N" };
}
