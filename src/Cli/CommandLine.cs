using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Cli;

/// <summary>Runs one command line from its arguments to its exit code.</summary>
internal static partial class CommandLine
{
    /// <summary>The error of the system, <c>EPIPE</c>, that a write into a pipe without a reader ends in.</summary>
    private const int BrokenPipe = 32;

    /// <summary>The errors of the system, <c>EMFILE</c> and <c>ENFILE</c>, where all file handles are in use.</summary>
    private const int TooManyFiles = 24;

    private const int TooManyFilesInAll = 23;

    /// <summary>
    /// Parses and runs <paramref name="arguments"/>; whatever goes wrong becomes one line on standard error and an exit code.
    /// </summary>
    public static async Task<int> RunAsync(string[] arguments, CliTerminal terminal, CancellationToken cancellationToken = default)
    {
        // 0.5 is a half wherever the command is run; of this call and what it awaits alone.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = new BertMLNetCommand(terminal);
        // A text may begin with '@', which would otherwise name a file of arguments.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            await WriteUsageErrorAsync(parsed, terminal);
            return ExitCodes.BadUsage;
        }

        bool verbose = parsed.GetValue<bool>(BertMLNetCommand.VerboseName);
        try
        {
            await using StreamWriter output = CliTerminal.CreateWriter(terminal.Output);
            var streams = new InvocationConfiguration
            {
                Output = output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(streams, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync((parsed.CommandResult.Command as CliCommand)?.Cancelled(parsed) ?? "cancelled");
            return ExitCodes.Cancelled;
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            return ExitCodes.ClosedPipe;
        }
        catch (Exception exception)
        {
            await terminal.Error.WriteLineAsync($"error: {AsTyped(Describe(exception), parsed.CommandResult.Command)}");
            if (verbose)
                await terminal.Error.WriteLineAsync(exception.ToString());
            return exception is UsageException ? ExitCodes.BadUsage : ExitCodes.Failed;
        }
    }

    /// <summary>An error in one line for people.</summary>
    public static string Describe(Exception exception)
    {
        for (Exception? cause = exception is BertMLNetException ? null : exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutOfMemoryException)
            {
                return "memory or file handles ran out; lower --batch-tokens, --micro-batch-tokens or --threads, or raise the process's "
                    + "limits (ulimit -v, ulimit -n).";
            }
            if (cause is IOException && !OperatingSystem.IsWindows() && cause.HResult is TooManyFiles or TooManyFilesInAll)
                return "the process may not open another file; raise the limit (ulimit -n), or see what else holds so many.";
        }
        // The runtime opens each of its libraries when it is first needed, and gives no other reason for one that it cannot.
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is FileNotFoundException { FileName: { } name } && name.Contains(", Version=", StringComparison.Ordinal))
                return "a library of the program cannot be opened; raise the limit of open files (ulimit -n), or install the program anew.";
        }
        string message = Shown.Message(exception.Message.ReplaceLineEndings(" ").Trim());
        return exception is BertMLNetException or UsageException or IOException or UnauthorizedAccessException
            ? message
            : $"{exception.GetType().Name}: {message} (this is a defect in BertMLNet; --verbose shows where)";
    }

    /// <summary>A message of the library's, which calls options by name, with those of the command as they are typed.</summary>
    private static string AsTyped(string message, Command command) => OptionName().Replace(message, match =>
        $"--{match.Groups["name"].Value}" is var name && command.Options.Any(option => option.Name == name) ? name : match.Value);

    [GeneratedRegex(@"\b(the )?option (?<name>[a-z0-9]+(-[a-z0-9]+)*)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OptionName();

    /// <summary>The message in one line, with the option that it is about.</summary>
    private static string Describe(ParseError error)
    {
        string message = string.Join(' ', error.Message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        SymbolResult? place = error.SymbolResult;
        while (place is not (null or OptionResult))
            place = place.Parent;
        return place is OptionResult { Option.Name: { } name } && !message.Contains(name, StringComparison.Ordinal)
            ? Shown.Message($"{name}: {message}")
            : Shown.Message(message);
    }

    private static async Task WriteUsageErrorAsync(ParseResult parsed, CliTerminal terminal)
    {
        foreach (ParseError error in parsed.Errors)
            await terminal.Error.WriteLineAsync($"error: {Describe(error)}");
        var path = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
            path.Insert(0, command.Command is RootCommand ? "bertmlnet" : command.Command.Name);
        await terminal.Error.WriteLineAsync($"'{string.Join(' ', path)} --help' lists what there is.");
    }
}

/// <summary>Options that do not go together, found out only when the command runs.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
    public const int Cancelled = 130;

    /// <summary>The reader of standard output has gone, as <c>head</c> does: what a shell reports of any command then.</summary>
    public const int ClosedPipe = 141;
}
