using System.CommandLine;
using System.CommandLine.Parsing;

namespace BertMLNet.Cli;

/// <summary>Finds options that mean nothing for the task at hand, so that none is passed over in silence.</summary>
internal static class ForeignOptions
{
    /// <summary>The first of these options that was given; null where none was.</summary>
    public static Option? FirstGiven(SymbolResult result, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });

    /// <summary>Refuses options that belong to models of another kind.</summary>
    /// <exception cref="UsageException">One of them was given.</exception>
    public static void Refuse(ParseResult arguments, IEnumerable<Option> options, string kind)
    {
        if (FirstGiven(arguments.CommandResult, options) is { } foreign)
            throw new UsageException($"{foreign.Name} is for models that {kind}; this one does not.");
    }
}
