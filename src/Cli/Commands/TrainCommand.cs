using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>train</c>: fine-tunes a model for a task and writes a model folder.</summary>
internal sealed class TrainCommand : CliCommand
{
    private readonly Option<string> _task = new("--task") { Description = "What to learn: sentence pairs (or single sentences), or answering questions.", Required = true };
    private readonly Option<string> _model = CommonOptions.Model("The model to begin with: a model folder or a checkpoint.");
    private readonly Option<string> _train = new("--train") { Description = "The file to learn from.", HelpName = "FILE", Required = true };

    private readonly Option<string?> _validation = new("--validation")
    {
        Description = "The file to judge by (default: a tenth of --train, by seed).",
        HelpName = "FILE",
    };

    private readonly Option<string> _output = new("--output") { Description = "The model folder to write.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _fromScratch = new("--from-scratch") { Description = "Start from random weights; --model then needs a config.json and a vocabulary alone." };

    private readonly Option<int?> _maxLength = new("--max-length")
    {
        Description = "The longest sequence in tokens (default: 128, or what the model takes).",
        HelpName = "N",
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with a run into --output that was interrupted." };
    private readonly TrainingOptionsGroup _training = new();
    private readonly EngineOptionsGroup _engine = new();
    private readonly PairTaskOptions _pairs = new();

    public TrainCommand(CliTerminal terminal)
        : base("train", "Fine-tune a model and write a model folder with ONNX graphs in it.", terminal)
    {
        _task.AcceptOnlyFromAmong("pair");
        foreach (Option option in new Option[] { _task, _model, _train, _validation, _output, _resume, _fromScratch, _maxLength })
            Options.Add(option);
        _training.AddTo(this);
        _engine.AddTo(this);
        _pairs.AddTo(this);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        PairFineTuningOptions options = _pairs.Read(arguments, arguments.GetRequiredValue(_train), arguments.GetValue(_validation)) with
        {
            ModelPath = arguments.GetRequiredValue(_model),
            OutputPath = arguments.GetRequiredValue(_output),
            FromScratch = arguments.GetValue(_fromScratch),
            MaxLength = arguments.GetValue(_maxLength),
            Optimization = _training.Read(arguments),
            Resume = arguments.GetValue(_resume),
        };
        Func<ParameterSet, OptimizerOptions, ITrainingEngine> createEngine = _engine.Choose(arguments, Terminal);
        FineTuneResult result = await ProgressBar.RunAsync(Terminal, "training", "updates", bar =>
        {
            var environment = new FineTuneEnvironment
            {
                CreateEngine = createEngine,
                Command = CommandText.Of(arguments),
                Logger = CreateLogger(arguments),
                Progress = new TrainingProgressBar(bar),
            };
            return Task.FromResult(PairFineTuner.Run(options, environment, cancellationToken));
        });
        Write(arguments, result);
    }

    private static void Write(ParseResult arguments, FineTuneResult result)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        TrainingOutcome outcome = result.Outcome;
        if (WantsJson(arguments))
        {
            JsonOutput.WriteLine(output, json =>
            {
                json.WriteString("output", result.Folder.FolderPath);
                json.WriteNumber("bestEpoch", outcome.BestEpoch);
                json.WriteNumber("epochs", outcome.Epochs.Count);
                json.WriteNumber("seconds", outcome.Elapsed.TotalSeconds);
                outcome.Best.WriteProperties(json);
            });
            return;
        }
        output.WriteLine($"best: epoch {outcome.BestEpoch} of {outcome.Epochs.Count}: {outcome.Best}");
        output.WriteLine($"model:   {result.Folder.FolderPath}");
        output.WriteLine($"graph:   {result.Folder.OnnxPath}");
        output.WriteLine($"metrics: {result.Folder.MetricsPath}");
        output.WriteLine($"report:  {result.Folder.ReportPath}");
    }
}
