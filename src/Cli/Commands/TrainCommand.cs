using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>train</c>: fine-tunes a model for a task and writes a model folder.</summary>
internal sealed class TrainCommand : TrainingCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The model to begin with: a model folder or a checkpoint.");
    private readonly Option<string> _train = CommonOptions.Required("--train", "FILE", "The file to learn from.");
    private readonly Option<string?> _validation = CommonOptions.Optional(
        "--validation", "FILE", "The file to judge by (default: a part of --train, by seed).");

    private readonly Option<double?> _validationFraction = CommonOptions.Number<double>(
        "--validation-fraction", "The part of --train to set aside where there is no --validation (default: 0.1).");

    private readonly Option<bool> _fromScratch = CommonOptions.Flag(
        "--from-scratch", "Start from random weights; --model then needs a config.json and a vocabulary alone.");

    private readonly Option<int?> _maxLength = CommonOptions.Number<int>(
        "--max-length",
        "The longest sequence in tokens (default: 128 for pairs, 384 for questions, 256 for entities, or what the model takes).");

    private readonly TrainingOptionsGroup _training = new();
    private readonly IReadOnlyList<CliTask> _tasks = CliTask.All(TaskUse.Training);
    private readonly Option<string> _task;

    public TrainCommand(CliTerminal terminal)
        : base("train", "Fine-tune a model and write a model folder with ONNX graphs in it.", terminal)
    {
        _task = new("--task") { Description = $"What to learn: {_tasks.Listed()}.", Required = true };
        _task.AcceptOnlyFromAmong([.. _tasks.Select(task => task.Name)]);
        Add(
            [
                _task, _model, _train, _validation, _validationFraction, Output, Resume, Overwrite, _fromScratch, _maxLength,
                .. _training.All, .. Engine.All, TensorBoard, .. _tasks.SelectMany(task => task.Options),
            ]);
        Validators.Add(command =>
        {
            if (command.GetResult(_validation) is not null && command.GetResult(_validationFraction) is not null)
                command.AddError("--validation-fraction sets a part of --train aside where there is no --validation; give one of them.");
            if (command.GetResult(_task) is not { Tokens: [{ Value: string chosen }] } || _tasks.All(task => task.Name != chosen))
                return;
            foreach (CliTask other in _tasks.Where(task => task.Name != chosen))
            {
                if (other.Options.FirstGiven(command) is { } foreign)
                    command.AddError($"{foreign.Name} belongs to --task {other.Name}.");
            }
        });
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TrainingRunOptions options = ReadOptions(arguments);
        TrainingEngineOptions engine = Engine.Choose(arguments, Terminal);
        TrainedModel result = await TrainAsync(arguments, engine, "training", _ => options, cancellationToken);
        WriteResult(arguments, result);
    }

    private TrainingRunOptions ReadOptions(ParseResult arguments)
    {
        CliTask task = _tasks.Single(task => task.Name == arguments.GetRequiredValue(_task));
        TrainingRunOptions options = task.ReadTraining(arguments, arguments.GetRequiredValue(_train), arguments.GetValue(_validation));
        return options with
        {
            ModelPath = arguments.ModelPath(_model),
            OutputPath = arguments.GetRequiredValue(Output),
            ValidationFraction = arguments.GetValue(_validationFraction) ?? options.ValidationFraction,
            FromScratch = arguments.GetValue(_fromScratch),
            MaxLength = arguments.GetValue(_maxLength),
            Optimization = _training.Read(arguments),
            Resume = arguments.GetValue(Resume),
            Overwrite = arguments.GetValue(Overwrite),
        };
    }
}
