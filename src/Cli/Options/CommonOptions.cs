using System.CommandLine;

namespace BertMLNet.Cli;

/// <summary>Options that several commands have, under the same name and with the same meaning.</summary>
internal static class CommonOptions
{
    /// <summary><c>--model DIR</c>.</summary>
    public static Option<string> Model(string description) => new("--model")
    {
        Description = description,
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>An option that takes a number; null where it is not given.</summary>
    public static Option<T?> Number<T>(string name, string description)
        where T : struct => new(name) { Description = description, HelpName = "N" };
}
