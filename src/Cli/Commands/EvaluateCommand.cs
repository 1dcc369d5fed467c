using System.CommandLine;
using System.Globalization;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>evaluate</c>: how well a model does on labelled data.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The fine-tuned model folder.");
    private readonly Option<string> _data = new("--data") { Description = "The labelled file.", HelpName = "FILE", Required = true };
    private readonly PairInputOptions _columns = new(labelled: true);
    private readonly ScoringOptionsGroup _scoring = new();

    public EvaluateCommand(CliTerminal terminal)
        : base("evaluate", "Measure accuracy, F1 and Matthews correlation on labelled data.", terminal)
    {
        Options.Add(_model);
        Options.Add(_data);
        _columns.AddTo(this);
        _scoring.AddTo(this);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ClassificationMetrics metrics = await ProgressBar.RunAsync(Terminal, "evaluating", "rows", bar =>
        {
            using PairClassifier classifier = PairClassifier.Load(
                arguments.GetRequiredValue(_model), _scoring.Read(arguments, CreateLogger(arguments)));
            using PairFile file = PairFile.Open(arguments.GetRequiredValue(_data), _columns.Read(arguments));
            return Task.FromResult(PairEvaluator.Evaluate(classifier, file, done => bar.Report(done, total: null), cancellationToken));
        });
        TextWriter output = arguments.InvocationConfiguration.Output;
        if (WantsJson(arguments))
        {
            JsonOutput.WriteLine(output, metrics.WriteProperties);
            return;
        }
        output.WriteLine($"{metrics.Count} rows: {metrics}");
        output.WriteLine();
        TextTable.Write(
            output,
            ["right \\ predicted", .. metrics.Labels],
            [
                .. metrics.Labels.Select((label, right) => (IReadOnlyList<string>)
                    [label, .. metrics.Labels.Select((_, predicted) => metrics.Confusion(right, predicted).ToString(CultureInfo.InvariantCulture))]),
            ],
            [.. Enumerable.Range(1, metrics.Labels.Count)]);
    }
}
