using System.CommandLine;
using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>score</c>: a file or a stream of rows in, one line a row out, in order.</summary>
internal sealed class ScoreCommand : CliCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The fine-tuned model folder.");

    private readonly Option<string> _input = new("--input")
    {
        Description = "A .tsv, .csv or .jsonl file, or '-' for standard input.",
        HelpName = "FILE|-",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write, or '-' for standard output. A name that ends in .tsv gives TSV, any other JSON lines.",
        HelpName = "FILE|-",
        DefaultValueFactory = _ => CliTerminal.Standard,
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on behind the last whole line of a job that was cut short, and keep what is done if this one is.",
    };

    private readonly Option<string> _onError = new("--on-error")
    {
        Description = "What a bad row does: fail, or skip (its line holds the error; OUTPUT.errors.txt lists them).",
        DefaultValueFactory = _ => "fail",
    };

    private readonly PairInputOptions _columns = new(labelled: false);
    private readonly ScoringOptionsGroup _scoring = new();

    public ScoreCommand(CliTerminal terminal)
        : base("score", "Score sentences or pairs: one line a row, in order, streaming.", terminal)
    {
        _onError.AcceptOnlyFromAmong("fail", "skip");
        Options.Add(_model);
        Options.Add(_input);
        Options.Add(_output);
        Options.Add(_resume);
        Options.Add(_onError);
        _columns.AddTo(this);
        _scoring.AddTo(this);
        Validators.Add(command =>
        {
            if (command.GetValue(_resume) && command.GetResult(_output)?.GetValueOrDefault<string>() is null or CliTerminal.Standard)
                command.AddError("--resume needs an --output file.");
        });
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = arguments.GetRequiredValue(_output);
        using PairClassifier classifier = PairClassifier.Load(arguments.GetRequiredValue(_model), _scoring.Read(arguments, CreateLogger(arguments)));
        if (output == CliTerminal.Standard)
        {
            await using StreamWriter standard = CliTerminal.CreateWriter(Terminal.Output);
            var lines = new PairResultWriter(standard, classifier.Labels, tsv: false, Skips(arguments));
            await ScoreAsync(arguments, classifier, lines, 0, error => Terminal.Notice($"warning: {error}"), cancellationToken);
            return;
        }

        bool tsv = Path.GetExtension(output).Equals(".tsv", StringComparison.OrdinalIgnoreCase);
        using ResumableFile file = ResumableFile.Open(output, arguments.GetValue(_resume));
        // Bad rows are found again when a job is resumed, so their list is always made anew.
        using ResumableFile? errorFile = Skips(arguments) ? ResumableFile.Open($"{output}.errors.txt", resume: false) : null;
        await using (StreamWriter writer = CliTerminal.CreateWriter(file.Stream))
        await using (StreamWriter errors = CliTerminal.CreateWriter(errorFile?.Stream ?? Stream.Null))
        {
            var results = new PairResultWriter(writer, classifier.Labels, tsv, Skips(arguments));
            if (file.LinesWritten == 0)
                results.WriteHeader();
            long rowsWritten = Math.Max(0, file.LinesWritten - (tsv ? 1 : 0));
            await ScoreAsync(arguments, classifier, results, rowsWritten, errors.WriteLine, cancellationToken);
        }
        errorFile?.Complete();
        file.Complete();
    }

    private bool Skips(ParseResult arguments) => arguments.GetValue(_onError) == "skip";

    /// <summary>Scores the rows of the input behind those that are written already.</summary>
    private Task<long> ScoreAsync(
        ParseResult arguments,
        PairClassifier classifier,
        PairResultWriter results,
        long rowsWritten,
        Action<string> reportError,
        CancellationToken cancellationToken) => ProgressBar.RunAsync(Terminal, "scoring", "rows", bar =>
    {
        // Rows are read ahead of their results: a bad one waits here for its turn, behind so many good ones.
        var badRows = new Queue<(long GoodRowsBefore, string Error)>();
        long rowsRead = 0;
        long goodRows = 0;
        string input = arguments.GetRequiredValue(_input);
        using PairFile file = _columns.Open(arguments, Terminal, input, Skips(arguments) ? TakeBadRow : null);

        long scored = 0;
        foreach (PairPrediction prediction in classifier.ScoreStream(Pairs(), cancellationToken))
        {
            WriteBadRows();
            results.Write(prediction);
            bar.Report(++scored, total: null);
        }
        WriteBadRows();
        return Task.FromResult(rowsRead);

        IEnumerable<TextPair> Pairs()
        {
            foreach (PairExample example in file.Read(cancellationToken))
            {
                if (rowsRead++ < rowsWritten)
                    continue;
                goodRows++;
                yield return new TextPair(example.Sentence1, example.Sentence2);
            }
        }

        void TakeBadRow(BertMLNetException error)
        {
            reportError(error.Message);
            if (rowsRead++ >= rowsWritten)
                badRows.Enqueue((goodRows, error.Message));
        }

        void WriteBadRows()
        {
            while (badRows.TryPeek(out (long GoodRowsBefore, string Error) row) && row.GoodRowsBefore <= scored)
                results.WriteError(badRows.Dequeue().Error);
        }
    });
}
