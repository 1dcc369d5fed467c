using System.CommandLine;

namespace BertMLNet.Cli;

/// <summary>The command <c>bertmlnet</c> and the list of what it can do.</summary>
internal sealed class BertMLNetCommand : RootCommand
{
    public BertMLNetCommand(CliTerminal terminal)
        : base("Fine-tunes BERT for sentence pairs and question answering, exports ONNX, and scores text.")
    {
        Options.OfType<VersionOption>().Single().Action = new VersionAction();
        Options.Add(Verbose);
    }

    /// <summary>Details of what goes on, and stack traces of errors.</summary>
    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Say more of what goes on, and show the stack trace of an error.",
        Recursive = true,
    };
}
