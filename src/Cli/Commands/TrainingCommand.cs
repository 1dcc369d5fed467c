using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>A command that trains: it chooses an engine and shows how far the run is.</summary>
internal abstract class TrainingCommand(string name, string description, CliTerminal terminal) : CliCommand(name, description, terminal)
{
    /// <summary>What computes.</summary>
    protected EngineOptionsGroup Engine { get; } = new();

    /// <summary>Whether TensorBoard is to see the curves.</summary>
    protected Option<bool> TensorBoard { get; } = new("--tensorboard")
    {
        Description = "Write the curves to training/tensorboard in --output, too, for TensorBoard.",
    };

    /// <summary>Trains under a progress bar.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="createEngine">What <see cref="EngineOptionsGroup.Choose"/> chose.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="options">What to train on what; is given the bar.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    protected Task<TrainedModel> TrainAsync(
        ParseResult arguments,
        Func<ParameterSet, OptimizerOptions, ITrainingEngine> createEngine,
        string title,
        Func<ProgressBar, TrainingRunOptions> options,
        CancellationToken cancellationToken) => ProgressBar.RunAsync(Terminal, title, "updates", bar =>
    {
        var environment = new TrainingEnvironment
        {
            CreateEngine = createEngine,
            Command = CommandText.Of(arguments),
            Logger = CreateLogger(arguments),
            Progress = new TrainingProgressBar(bar),
            TensorBoard = arguments.GetValue(TensorBoard),
        };
        return Task.FromResult(TrainingRun.Execute(options(bar), environment, cancellationToken));
    });
}
