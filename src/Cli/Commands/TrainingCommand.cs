using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>A command that trains: it chooses an engine and shows how far the run is.</summary>
internal abstract class TrainingCommand(string name, string description, CliTerminal terminal) : CliCommand(name, description, terminal)
{
    /// <summary>What computes.</summary>
    protected EngineOptionsGroup Engine { get; } = new();

    /// <summary>Where the model goes.</summary>
    protected Option<string> Output { get; } = CommonOptions.Required("--output", "DIR", "The model folder to write.");

    /// <summary>Whether the run that is there goes on.</summary>
    protected Option<bool> Resume { get; } = CommonOptions.Flag("--resume", "Go on with a run into --output that was interrupted.");

    /// <summary>Whether TensorBoard is to see the curves.</summary>
    protected Option<bool> TensorBoard { get; } = CommonOptions.Flag(
        "--tensorboard", "Write the curves to training/tensorboard in --output, too, for TensorBoard.");

    /// <summary>Whether a model that is there is replaced.</summary>
    protected Option<bool> Overwrite { get; } = CommonOptions.Flag("--overwrite", "Replace the finished model that --output holds.");

    public override string Cancelled(ParseResult arguments) => Options.Any(option => option.Name == "--resume")
        ? "cancelled; the same command with --resume goes on from the last checkpoint"
        : "cancelled; the same command goes on from the last checkpoint";

    /// <summary>Trains under a progress bar, which <paramref name="options"/> is given.</summary>
    protected Task<TrainedModel> TrainAsync(
        ParseResult arguments,
        TrainingEngineOptions engine,
        string title,
        Func<ProgressBar, TrainingRunOptions> options,
        CancellationToken cancellationToken) => ProgressBar.RunAsync(Terminal, title, "updates", bar =>
    {
        var environment = new TrainingEnvironment
        {
            Engine = engine,
            Command = CommandText.Of(arguments),
            Logger = CreateLogger(arguments),
            Progress = new TrainingProgressBar(bar),
            TensorBoard = arguments.GetValue(TensorBoard),
        };
        return Task.FromResult(TrainingRun.Execute(options(bar), environment, cancellationToken));
    });

    /// <summary>Writes what a run made: for people where the files are, for machines the numbers.</summary>
    protected static void WriteResult(ParseResult arguments, TrainedModel result)
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
        output.WriteLine(Shown.Plain($"best: epoch {outcome.BestEpoch} of {outcome.Epochs.Count}: {outcome.Best}"));
        output.WriteLine($"model:   {result.Folder.FolderPath}");
        if (File.Exists(result.Folder.OnnxPath))
            output.WriteLine($"graph:   {result.Folder.OnnxPath}");
        output.WriteLine($"metrics: {result.Folder.MetricsPath}");
        output.WriteLine($"report:  {result.Folder.ReportPath}");
    }
}

/// <summary>A command line as one would type it.</summary>
internal static class CommandText
{
    // A backslash is an ordinary character to Windows alone.
    private static readonly string Plain = OperatingSystem.IsWindows() ? "-_./:,=+@\\" : "-_./:,=+@";

    /// <summary>The command line that was parsed, quoted where a shell needs it.</summary>
    public static string Of(ParseResult arguments) =>
        string.Join(' ', arguments.Tokens.Select(token => Quoted(token.Value)).Prepend("bertmlnet"));

    /// <summary>A word as a shell takes it for one: in a POSIX shell nothing means anything between single quotes.</summary>
    internal static string Quoted(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal)))
            return text;
        return OperatingSystem.IsWindows()
            ? $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
