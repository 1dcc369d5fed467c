using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary><c>evaluate</c>: how well a model does on labelled data.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The fine-tuned model folder, or a checkpoint.");
    private readonly Option<string> _data = CommonOptions.Required("--data", "FILE", "The labelled file.");
    private readonly IReadOnlyList<CliTask> _tasks = CliTask.All(TaskUse.Evaluation);
    private readonly ScoringOptionsGroup _scoring = new();

    public EvaluateCommand(CliTerminal terminal)
        : base("evaluate", "Measure a model on labelled data, by the metrics of its task.", terminal)
    {
        Add([_model, _data, .. _tasks.SelectMany(task => task.Options), .. _scoring.All]);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ScoringOptions scoring = _scoring.Read(arguments, CreateLogger(arguments));
        using ScoredModel model = await ScoredModel.OpenAsync(
            Terminal, arguments.ModelPath(_model), scoring.Graph, _tasks, cancellationToken);
        ModelFolder folder = model.Folder;
        CliTask task = _tasks.Choose(arguments, folder);
        string data = arguments.GetRequiredValue(_data);
        TaskEvaluation result = await ProgressBar.RunAsync(Terminal, "evaluating", "rows", bar => Task.FromResult(
            task.Evaluate(arguments, folder, data, scoring, done => bar.Report(done, total: null), cancellationToken)));
        if (WantsJson(arguments))
            JsonOutput.WriteLine(arguments.InvocationConfiguration.Output, result.WriteProperties);
        else
            result.WriteText(arguments.InvocationConfiguration.Output);
    }
}
