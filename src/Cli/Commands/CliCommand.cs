using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Cli;

/// <summary>A command: its options, and what it does with them.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, CliTerminal terminal)
        : base(name, description)
    {
        Terminal = terminal;
        SetAction(RunAsync);
        Validators.Add(CommonOptions.RefuseEmpty);
    }

    /// <summary>Where the command reads and writes.</summary>
    protected CliTerminal Terminal { get; }

    /// <summary>Adds options, which help lists in this order.</summary>
    protected void Add(params IEnumerable<Option> options)
    {
        foreach (Option option in options)
            Options.Add(option);
    }

    /// <summary>Shows the library's messages; all of them with <c>--verbose</c>.</summary>
    protected ILogger CreateLogger(ParseResult arguments) =>
        new TerminalLogger(Terminal, arguments.GetValue<bool>(BertMLNetCommand.VerboseName));

    /// <summary>Whether results are for a machine.</summary>
    protected static bool WantsJson(ParseResult arguments) => arguments.GetValue<bool>(BertMLNetCommand.JsonName);

    /// <summary>What to say where the command was cut short.</summary>
    public virtual string Cancelled(ParseResult arguments) => "cancelled";

    /// <summary>Does the command's work; errors are thrown, and reported by <see cref="CommandLine"/>.</summary>
    protected abstract Task RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
