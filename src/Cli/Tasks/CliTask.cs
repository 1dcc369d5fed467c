using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What a command does with its tasks, which decides the options that they have.</summary>
internal enum TaskUse
{
    /// <summary>None of what follows: no task has options.</summary>
    None,

    /// <summary>Trains.</summary>
    Training,

    /// <summary>Compares a model's answers with the right ones.</summary>
    Evaluation,

    /// <summary>Lets a model answer.</summary>
    Scoring,
}

/// <summary>
/// All that the commands need to know of a task. Another task is another class like this one's, and its entry in <see cref="All"/>.
/// </summary>
internal abstract class CliTask
{
    /// <summary>What <c>--task</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What models with its head do, as in "models that …".</summary>
    public abstract string Does { get; }

    /// <summary>The same of one model, as in "a model … ".</summary>
    public abstract string DoesAlone { get; }

    /// <summary>Its models' head.</summary>
    public abstract Head Head { get; }

    /// <summary>Whether a model with this head can be scored: its own, and any other that gives the same outputs.</summary>
    public virtual bool Scores(Head head) => head == Head;

    /// <summary>Its own options, to be added to a command.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Why its graphs cannot have a tokenizer inside; null where they can.</summary>
    public virtual string? NoEmbeddedTokenizer => null;

    /// <summary>Every task, with options for a command of its own.</summary>
    public static IReadOnlyList<CliTask> All(TaskUse use) => [new PairTask(use), new QuestionTask(use), new EntityTask(use)];

    /// <summary>The data and how to use them; what every task shares is the caller's to set.</summary>
    public abstract TrainingRunOptions ReadTraining(ParseResult arguments, string trainingPath, string? validationPath);

    /// <summary>Measures a model on labelled data.</summary>
    public abstract TaskEvaluation Evaluate(
        ParseResult arguments, ModelFolder model, string data, ScoringOptions scoring, Action<int> onProgress,
        CancellationToken cancellationToken);

    /// <summary>Loads a model to score the rows of a file with, or of standard input.</summary>
    public abstract IScoringJob OpenScoring(
        ParseResult arguments, CliTerminal terminal, ModelFolder model, string input, ScoringOptions scoring);

    /// <summary>Refuses options that ask for what TSV has no room for.</summary>
    public virtual void CheckTsv(ParseResult arguments)
    {
    }

    /// <summary>
    /// Tokenizes some rows of a file, generated ones where there is none, whatever the right answers are, to compare a graph's logits
    /// with an engine's on them.
    /// </summary>
    public abstract IFeatureSet ReadRows(
        ModelFolder model, BertConfig config, WordPieceTokenizer tokenizer, string? data, int count, CancellationToken cancellationToken);

    /// <summary>What a demonstration learns, in the plural; null where there is none.</summary>
    public virtual string? DemoWhat => null;

    /// <summary>Writes the files of a demonstration.</summary>
    public virtual Demo CreateDemo(string folder) => throw new NotSupportedException($"{Name} has no demonstration.");
}

/// <summary>What a model reached on labelled data, as properties of a JSON object and for people.</summary>
internal sealed record TaskEvaluation(Action<Utf8JsonWriter> WriteProperties, Action<TextWriter> WriteText);

/// <summary>Finds the task at hand, and options that mean nothing for it, so that none is passed over in silence.</summary>
internal static class CliTasks
{
    /// <summary>The task of a model's head; the first where it is no task's, whose own errors then say what the model lacks.</summary>
    public static CliTask Of(this IReadOnlyList<CliTask> tasks, Head head) => tasks.FirstOrDefault(task => task.Scores(head)) ?? tasks[0];

    /// <summary>The tasks' names with what their models do, for help.</summary>
    public static string Listed(this IReadOnlyList<CliTask> tasks) =>
        string.Join(", ", tasks.Select(task => $"{task.Name} {task.DoesAlone}"));

    /// <summary>What the tasks' models do, as in "models that …".</summary>
    public static string Doing(this IReadOnlyList<CliTask> tasks, string conjunction) => tasks.Count == 1
        ? tasks[0].Does
        : $"{string.Join(", ", tasks.SkipLast(1).Select(task => task.Does))} {conjunction} {tasks[^1].Does}";

    /// <summary>The first of these options that was given; null where none was.</summary>
    public static Option? FirstGiven(this IEnumerable<Option> options, SymbolResult result) =>
        options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });

    /// <summary>The task of a model that a command was given.</summary>
    /// <exception cref="UsageException">An option was given, too, that belongs to models of another task.</exception>
    /// <exception cref="BertMLNetException">The model has no task: it makes vectors of texts.</exception>
    public static CliTask Choose(this IReadOnlyList<CliTask> tasks, ParseResult arguments, ModelFolder model)
    {
        Head head = model.LoadConfig().Head;
        if (!tasks.Any(task => task.Scores(head)) && model.LoadEmbedding() is not null)
        {
            string all = string.Join(" nor ", tasks.Select(task => task.DoesAlone));
            throw new BertMLNetException(
                $"{model.FolderPath}: the model makes vectors of texts and neither {all}; 'bertmlnet embed' runs it.");
        }
        CliTask chosen = tasks.Of(head);
        foreach (CliTask other in tasks.Where(task => task != chosen))
        {
            if (other.Options.FirstGiven(arguments.CommandResult) is { } foreign)
                throw new UsageException($"{foreign.Name} is for models that {other.Does}; this one does not.");
        }
        return chosen;
    }
}
