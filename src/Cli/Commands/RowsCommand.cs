using System.CommandLine;
using System.CommandLine.Parsing;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary>
/// A command that takes a file or a stream of rows and a model and writes one line a row, in order: what is to be scored and with what
/// is another class's to say.
/// </summary>
internal abstract class RowsCommand : CliCommand
{
    private readonly Option<string> _model;
    private readonly Option<string> _input;

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write, or '-' for standard output. A name that ends in .tsv gives TSV, any other JSON lines.",
        HelpName = "FILE|-",
        DefaultValueFactory = _ => CliTerminal.Standard,
    };

    private readonly Option<bool> _resume = CommonOptions.Flag(
        "--resume", "Go on behind the last whole line of a job that was cut short, and keep what is done if this one is.");

    private readonly Option<string> _onError = CommonOptions.Choice(
        "--on-error", "What a bad row does: fail, or skip (its line holds the error; OUTPUT.errors.txt lists them).", "fail", "skip");

    private readonly Option<Shard> _shard = new("--shard")
    {
        Description = "Take every Nth row from the Ith on (1/3, 2/3, 3/3), so that N jobs share an input.",
        HelpName = "I/N",
        DefaultValueFactory = _ => Shard.Whole,
        CustomParser = result =>
        {
            if (Shard.Parse(result.Tokens[^1].Value) is { } shard)
                return shard;
            result.AddError($"--shard is '{result.Tokens[^1].Value}'; expected I/N with I from 1 to N, e.g. 2/3.");
            return Shard.Whole;
        },
    };

    private readonly IReadOnlyList<Option> _own;
    private readonly ScoringOptionsGroup _scoring = new();

    /// <summary>Creates the command with options of its own, each of which decides what the lines say.</summary>
    protected RowsCommand(string name, string description, string model, string input, IReadOnlyList<Option> own, CliTerminal terminal)
        : base(name, description, terminal)
    {
        _model = CommonOptions.Model(model);
        _input = CommonOptions.Required("--input", "FILE|-", input);
        _own = own;
        Add([_model, _input, _output, _resume, _onError, _shard, .. own, .. _scoring.All]);
        Validators.Add(command =>
        {
            if (command.GetValue(_resume) && command.GetResult(_output)?.GetValueOrDefault<string>() is null or CliTerminal.Standard)
                command.AddError("--resume needs an --output file.");
        });
    }

    public override string Cancelled(ParseResult arguments) =>
        arguments.GetValue(_resume) ? "cancelled; the same command goes on behind the last line" : base.Cancelled(arguments);

    /// <summary>Makes the model that is asked for ready, with the graph inside its folder that is asked for by name, if any.</summary>
    protected abstract Task<ScoredModel> OpenModelAsync(
        ParseResult arguments, string model, string? graph, CancellationToken cancellationToken);

    /// <summary>Loads the model to score rows with.</summary>
    protected abstract IScoringJob OpenJob(ParseResult arguments, ModelFolder folder, string input, ScoringOptions scoring);

    /// <summary>Refuses options that ask for what TSV has no room for.</summary>
    protected virtual void CheckTsv(ParseResult arguments)
    {
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = arguments.GetRequiredValue(_output);
        string input = arguments.GetRequiredValue(_input);
        if (output != CliTerminal.Standard && input != CliTerminal.Standard && RealPath.Same(input, output))
            throw new UsageException($"--output {output} is the --input, which would be lost; name another file.");
        if (IsTsv(output))
            CheckTsv(arguments);
        ScoringOptions scoring = _scoring.Read(arguments, CreateLogger(arguments));
        using ScoredModel model = await OpenModelAsync(arguments, arguments.ModelPath(_model), scoring.Graph, cancellationToken);
        ModelFolder folder = model.Folder;
        using IScoringJob job = OpenJob(arguments, folder, input, scoring);
        await using Stream? special = output == CliTerminal.Standard ? null : SpecialFile.TryOpen(output, cancellationToken);
        if (output == CliTerminal.Standard || special is not null)
        {
            await using StreamWriter standard = CliTerminal.CreateWriter(special ?? Terminal.Output);
            var lines = new ResultWriter(standard, job.Columns, tsv: false, Skips(arguments));
            await ScoreAsync(arguments, job, lines, 0, error => Terminal.Notice($"warning: {error}"), cancellationToken);
            return;
        }

        bool tsv = IsTsv(output);
        string errorPath = $"{output}.errors.txt";
        long skipped = 0;
        bool resume = arguments.GetValue(_resume);
        using ResumableFile file = ResumableFile.Open(output, DescribeJob(arguments, folder), resume);
        // Bad rows are found again when a job is resumed, so their list is always made anew.
        using ResumableFile? errorFile = Skips(arguments) ? ResumableFile.Open(errorPath, job: null) : null;
        try
        {
            await using StreamWriter writer = CliTerminal.CreateWriter(file.Stream);
            await using StreamWriter errors = CliTerminal.CreateWriter(errorFile?.Stream ?? Stream.Null);
            var results = new ResultWriter(writer, job.Columns, tsv, Skips(arguments));
            if (file.LinesWritten == 0)
                results.WriteHeader();
            long rowsWritten = Math.Max(0, file.LinesWritten - (tsv ? 1 : 0));
            await ScoreAsync(arguments, job, results, rowsWritten, TakeError, cancellationToken);

            void TakeError(string error)
            {
                skipped++;
                errors.WriteLine(error);
            }
        }
        catch (Exception exception)
        {
            if (resume)
                Terminal.Notice($"what is done is kept in {file.PartialPath}; the same command goes on behind it");
            // A file system's limit of file sizes comes as an argument out of range.
            if (exception is ArgumentOutOfRangeException { ParamName: "value" })
                throw new BertMLNetException($"{output}: cannot be written: {exception.Message}", exception);
            throw;
        }
        errorFile?.Complete();
        file.Complete();
        if (skipped > 0)
            Terminal.Notice(FormattableString.Invariant($"warning: {skipped} rows could not be scored; {errorPath} lists them"));
        // The list of an earlier run would pass for this one's.
        if (!Skips(arguments))
            File.Delete(errorPath);
    }

    /// <summary>What decides about the lines of a job: those that were written can be gone on with where it is all the same.</summary>
    private string DescribeJob(ParseResult arguments, ModelFolder folder)
    {
        string graph = arguments.GetValue(_scoring.Graph) ?? Path.GetRelativePath(folder.FolderPath, folder.RequireOnnx());
        Option[] deciding = [_onError, _shard, .. _own, .. _scoring.Deciding];
        return string.Join('\n',
        [
            $"--model {ModelFingerprint.Of(folder.FolderPath, graph)}",
            $"--input {SpecialFile.Fingerprint(arguments.GetRequiredValue(_input))}",
            .. deciding.Select(option => arguments.GetResult(option)).OfType<OptionResult>().Where(given => !given.Implicit)
                .Select(given => $"{given.Option.Name} {string.Join(' ', given.Tokens)}"),
        ]);
    }

    private static bool IsTsv(string output) => Path.GetExtension(output).Equals(".tsv", StringComparison.OrdinalIgnoreCase);

    private bool Skips(ParseResult arguments) => arguments.GetValue(_onError) == "skip";

    private async Task ScoreAsync(
        ParseResult arguments, IScoringJob job, ResultWriter results, long rowsWritten, Action<string> reportError,
        CancellationToken cancellationToken) =>
        await ProgressBar.RunAsync(Terminal, "scoring", "rows", bar =>
        {
            job.Run(
                results, arguments.GetValue(_shard), rowsWritten, Skips(arguments) ? error => reportError(error.Message) : null, bar,
                cancellationToken);
            return Task.FromResult(true);
        });
}
