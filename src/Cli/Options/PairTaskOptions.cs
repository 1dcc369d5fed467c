using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What training on sentences or pairs needs besides the files.</summary>
internal sealed class PairTaskOptions
{
    private readonly PairInputOptions _columns = new(labelled: true);

    private readonly Option<double?> _validationFraction = new("--validation-fraction")
    {
        Description = "The part of --train to set aside where there is no --validation (default: 0.1).",
        HelpName = "N",
    };

    private readonly Option<bool> _balance = new("--balance-classes") { Description = "Let rare classes count as much as frequent ones." };
    private readonly Option<string?> _metric = new("--metric") { Description = "What decides between epochs (default: accuracy)." };

    /// <summary>Creates the options.</summary>
    public PairTaskOptions() =>
        _metric.AcceptOnlyFromAmong(ClassificationMetrics.AccuracyName, ClassificationMetrics.F1Name, ClassificationMetrics.MatthewsName);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _columns.AddTo(command);
        foreach (Option option in new Option[] { _validationFraction, _balance, _metric })
            command.Options.Add(option);
    }

    /// <summary>The data and how to use it; the model, the output and the training are the caller's to set.</summary>
    public PairFineTuningOptions Read(ParseResult arguments, string trainingPath, string? validationPath)
    {
        PairFileOptions columns = _columns.Read(arguments);
        var defaults = new PairFineTuningOptions { ModelPath = "", OutputPath = "", Training = () => PairFile.Open(trainingPath, columns) };
        return defaults with
        {
            Validation = validationPath is null ? null : () => PairFile.Open(validationPath, columns),
            ValidationFraction = arguments.GetValue(_validationFraction) ?? defaults.ValidationFraction,
            BalanceClasses = arguments.GetValue(_balance),
            Metric = arguments.GetValue(_metric) ?? defaults.Metric,
        };
    }
}
