using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace BertMLNet.Cli;

/// <summary>The command <c>bertmlnet</c> and the list of what it can do.</summary>
internal sealed class BertMLNetCommand : RootCommand
{
    /// <summary>An option that every command has.</summary>
    public const string VerboseName = "--verbose";

    /// <summary>An option that every command has.</summary>
    public const string JsonName = "--json";

    public BertMLNetCommand(CliTerminal terminal)
        : base($"Fine-tunes BERT to {CliTask.All(TaskUse.None).Doing("and")}, exports ONNX, and scores text.")
    {
        Options.OfType<VersionOption>().Single().Action = new VersionAction();
        Options.Add(new Option<bool>(JsonName) { Description = "Print results as JSON instead of text for people.", Recursive = true });
        Options.Add(new Option<bool>(VerboseName)
        {
            Description = "Say more of what goes on, and show the stack trace of an error.",
            Recursive = true,
        });
        Subcommands.Add(new DemoCommand(terminal));
        Subcommands.Add(new TrainCommand(terminal));
        Subcommands.Add(new PretrainCommand(terminal));
        Subcommands.Add(new TrainVocabCommand(terminal));
        Subcommands.Add(new EvaluateCommand(terminal));
        Subcommands.Add(new ExportCommand(terminal));
        Subcommands.Add(new ScoreCommand(terminal));
        Subcommands.Add(new EmbedCommand(terminal));
        Subcommands.Add(new ServeCommand(terminal));
        Subcommands.Add(new ImportCommand(terminal));
        Subcommands.Add(new InspectCommand(terminal));
        Subcommands.Add(new TokenizeCommand(terminal));
    }
}

/// <summary>Prints the version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"bertmlnet {ProductVersion.Number}");
        return ExitCodes.Done;
    }
}

/// <summary>Which build this is.</summary>
internal static class ProductVersion
{
    private static readonly Assembly Product = typeof(ProductVersion).Assembly;

    /// <summary>The version without the commit that follows a plus sign.</summary>
    public static string Number { get; } =
        Product.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
