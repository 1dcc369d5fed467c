using System.CommandLine;

namespace BertMLNet.Cli;

/// <summary>A command: its options, and what it does with them.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, CliTerminal terminal)
        : base(name, description)
    {
        Terminal = terminal;
        SetAction(RunAsync);
    }

    /// <summary>Where the command reads and writes.</summary>
    protected CliTerminal Terminal { get; }

    /// <summary>Does the command's work; errors are thrown, and reported by <see cref="CommandLine"/>.</summary>
    protected abstract Task RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
