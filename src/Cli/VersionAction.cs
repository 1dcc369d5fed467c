using System.CommandLine;
using System.CommandLine.Invocation;

namespace BertMLNet.Cli;

/// <summary>Prints the version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"bertmlnet {ProductVersion.Number}");
        return ExitCodes.Done;
    }
}
