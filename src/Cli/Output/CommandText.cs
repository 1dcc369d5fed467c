using System.CommandLine;

namespace BertMLNet.Cli;

/// <summary>A command line as one would type it.</summary>
internal static class CommandText
{
    // A backslash is an ordinary character to Windows alone.
    private static readonly string Plain = OperatingSystem.IsWindows() ? "-_./:,=+@\\" : "-_./:,=+@";

    /// <summary>The command line that was parsed, quoted where a shell needs it.</summary>
    public static string Of(ParseResult arguments) =>
        string.Join(' ', arguments.Tokens.Select(token => Quoted(token.Value)).Prepend("bertmlnet"));

    /// <summary>A word as a shell takes it for one: in a POSIX shell nothing means anything between single quotes.</summary>
    internal static string Quoted(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal)))
            return text;
        return OperatingSystem.IsWindows()
            ? $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
