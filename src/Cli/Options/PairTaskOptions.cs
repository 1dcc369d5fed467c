using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What training on sentences or pairs needs besides the files.</summary>
internal sealed class PairTaskOptions : ITaskOptions
{
    private readonly PairInputOptions _columns = new(labelled: true);

    private readonly Option<bool> _balance = new("--balance-classes") { Description = "Let rare classes count as much as frequent ones." };
    private readonly Option<string?> _metric = new("--metric") { Description = "What decides between epochs (default: accuracy)." };

    /// <summary>Creates the options.</summary>
    public PairTaskOptions() =>
        _metric.AcceptOnlyFromAmong(ClassificationMetrics.AccuracyName, ClassificationMetrics.F1Name, ClassificationMetrics.MatthewsName);

    /// <inheritdoc/>
    public IReadOnlyList<Option> All => [.. _columns.All, _balance, _metric];

    /// <inheritdoc/>
    public FineTuningOptions Read(ParseResult arguments, string trainingPath, string? validationPath)
    {
        PairFileOptions columns = _columns.Read(arguments);
        var defaults = new PairFineTuningOptions { ModelPath = "", OutputPath = "", Training = () => PairFile.Open(trainingPath, columns) };
        return defaults with
        {
            Validation = validationPath is null ? null : () => PairFile.Open(validationPath, columns),
            BalanceClasses = arguments.GetValue(_balance),
            Metric = arguments.GetValue(_metric) ?? defaults.Metric,
        };
    }
}
