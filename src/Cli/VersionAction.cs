using System.CommandLine;
using System.CommandLine.Invocation;

namespace BertMLNet.Cli;

/// <summary>Prints the version and the package set that the command was built with.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"bertmlnet {ProductVersion.Number} (package set: {ProductVersion.PackageSet})");
        return ExitCodes.Done;
    }
}
