using System.CommandLine;

namespace BertMLNet.Cli;

/// <summary>A command line as one would type it.</summary>
internal static class CommandText
{
    /// <summary>The command line that was parsed, quoted where a shell needs it.</summary>
    public static string Of(ParseResult arguments) =>
        string.Join(' ', arguments.Tokens.Select(token => Quoted(token.Value)).Prepend("bertmlnet"));

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || "-_./:,=+@\\".Contains(c, StringComparison.Ordinal)) ? text : $"\"{text}\"";
}
