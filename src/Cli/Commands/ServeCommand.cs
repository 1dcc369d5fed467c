using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary>
/// <c>serve</c>: a model over HTTP, with a page to try it. ASP.NET Core's types are <see cref="ServiceHost"/>'s alone, so that no other
/// command loads it.
/// </summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The fine-tuned model folder, or a checkpoint.");

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where to listen, parted by ';'; http://0.0.0.0:PORT for every network that the machine is in.",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://localhost:5000",
    };

    private readonly Option<int> _maxRequests = CommonOptions.Positive(
        "--max-requests", "The requests that wait or are scored at once; further ones are told to come again.", 256);

    private readonly Option<int> _maxRows = CommonOptions.Positive("--max-rows", "The most rows of one request.", 1000);

    private readonly Option<int?> _maxWait = CommonOptions.Number<int>(
        "--max-wait", "Milliseconds that a request waits for others to share its batch (default: 2).", least: 0);

    private readonly IReadOnlyList<CliTask> _tasks = CliTask.All(TaskUse.None);
    private readonly ScoringOptionsGroup _scoring = new();

    public ServeCommand(CliTerminal terminal)
        : base("serve", "Serve a model over HTTP, with a page to try it; on this machine alone unless told otherwise.", terminal)
    {
        Add([_model, _urls, _maxRequests, _maxRows, _maxWait, .. _scoring.All]);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ScoringOptions scoring = _scoring.Read(arguments, CreateLogger(arguments));
        using ScoredModel model = await ScoredModel.OpenAsync(
            Terminal, arguments.ModelPath(_model), scoring.Graph, _tasks, cancellationToken);
        await ServiceHost.RunAsync(
            new(
                model.Folder.FolderPath, arguments.GetRequiredValue(_urls), scoring, arguments.GetValue(_maxRequests),
                arguments.GetValue(_maxRows),
                TimeSpan.FromMilliseconds(arguments.GetValue(_maxWait) ?? 2)),
            Terminal,
            arguments.GetValue<bool>(BertMLNetCommand.VerboseName),
            cancellationToken);
    }
}

/// <summary>What a service is started with.</summary>
internal sealed record ServiceSettings(string Model, string Urls, ScoringOptions Scoring, int MaxRequests, int MaxRows, TimeSpan MaxWait);
