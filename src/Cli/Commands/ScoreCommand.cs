using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary><c>score</c>: a file or a stream of rows in, one line a row out, in order.</summary>
internal sealed class ScoreCommand : RowsCommand
{
    private readonly IReadOnlyList<CliTask> _tasks;

    public ScoreCommand(CliTerminal terminal)
        : this(CliTask.All(TaskUse.Scoring), terminal)
    {
    }

    private ScoreCommand(IReadOnlyList<CliTask> tasks, CliTerminal terminal)
        : base(
            "score",
            $"Let a model {CliTask.All(TaskUse.None).Doing("or")}: one line a row, in order, streaming.",
            "The fine-tuned model folder, or a checkpoint.",
            "A .tsv, .csv or .jsonl file, for questions SQuAD's JSON or .jsonl; '-' for standard input.",
            [.. tasks.SelectMany(task => task.Options)],
            terminal)
    {
        _tasks = tasks;
    }

    protected override void CheckTsv(ParseResult arguments)
    {
        foreach (CliTask task in _tasks)
            task.CheckTsv(arguments);
    }

    protected override Task<ScoredModel> OpenModelAsync(
        ParseResult arguments, string model, string? graph, CancellationToken cancellationToken) =>
        ScoredModel.OpenAsync(Terminal, model, graph, _tasks, cancellationToken);

    protected override IScoringJob OpenJob(ParseResult arguments, ModelFolder folder, string input, ScoringOptions scoring) =>
        _tasks.Choose(arguments, folder).OpenScoring(arguments, Terminal, folder, input, scoring);
}
