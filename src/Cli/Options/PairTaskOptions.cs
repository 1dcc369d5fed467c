using System.CommandLine;
using System.Globalization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What training on sentences or pairs needs besides the files.</summary>
internal sealed class PairTaskOptions : ITaskOptions
{
    private readonly PairInputOptions _columns = new(labelled: true);

    private readonly Option<bool> _balance = new("--balance-classes") { Description = "Let rare classes count as much as frequent ones." };

    private readonly Option<string[]> _classWeights = new("--class-weight")
    {
        Description = "What an example of a class counts for, where not 1, as LABEL=N; once a class.",
        HelpName = "LABEL=N",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _metric = new("--metric") { Description = "What decides between epochs (default: accuracy)." };

    /// <summary>Creates the options.</summary>
    public PairTaskOptions() =>
        _metric.AcceptOnlyFromAmong(ClassificationMetrics.AccuracyName, ClassificationMetrics.F1Name, ClassificationMetrics.MatthewsName);

    /// <inheritdoc/>
    public IReadOnlyList<Option> All => [.. _columns.All, _balance, _classWeights, _metric];

    /// <inheritdoc/>
    public TrainingRunOptions Read(ParseResult arguments, string trainingPath, string? validationPath)
    {
        PairFileOptions columns = _columns.Read(arguments);
        if (arguments.GetValue(_balance) && arguments.GetResult(_classWeights) is not null)
            throw new UsageException("--balance-classes and --class-weight both say what a class counts for; leave one of them out.");
        var defaults = new PairFineTuningOptions { ModelPath = "", OutputPath = "", Training = () => PairFile.Open(trainingPath, columns) };
        return defaults with
        {
            Validation = validationPath is null ? null : () => PairFile.Open(validationPath, columns),
            BalanceClasses = arguments.GetValue(_balance),
            ClassWeights = ClassWeights(arguments),
            Metric = arguments.GetValue(_metric) ?? defaults.Metric,
        };
    }

    /// <summary>The weights by class; a label may hold an equals sign itself.</summary>
    private Dictionary<string, float> ClassWeights(ParseResult arguments)
    {
        var weights = new Dictionary<string, float>();
        foreach (string text in arguments.GetValue(_classWeights) ?? [])
        {
            int split = text.LastIndexOf('=');
            if (split < 1 || !float.TryParse(text.AsSpan(split + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float weight))
                throw new UsageException($"--class-weight: '{text}' is not of the form LABEL=N, e.g. equivalent=0.5.");
            if (!weights.TryAdd(text[..split], weight))
                throw new UsageException($"--class-weight: '{text[..split]}' is given twice.");
        }
        return weights;
    }
}
