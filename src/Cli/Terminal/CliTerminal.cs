using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace BertMLNet.Cli;

/// <summary>The streams a command reads and writes: results on <see cref="Output"/>, progress and errors on <see cref="Error"/>.</summary>
internal sealed class CliTerminal
{
    /// <summary>What stands for standard input or output where a file is named.</summary>
    public const string Standard = "-";

    /// <summary>Standard input, as bytes: readers decode strictly and say where the text is not UTF-8.</summary>
    public required Stream Input { get; init; }

    /// <summary>Standard output, as bytes.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Ends waits for who writes or reads the other ends of pipes.</summary>
    public CancellationToken Interrupt { get; init; }

    /// <summary>Standard error as a screen for progress bars; null where no person watches it.</summary>
    public IAnsiConsole? Screen { get; init; }

    /// <summary>The streams of this process.</summary>
    /// <param name="interrupt">The command is to stop.</param>
    public static CliTerminal ForProcess(CancellationToken interrupt) => new()
    {
        Input = new InterruptibleStream(Console.OpenStandardInput(), interrupt),
        Interrupt = interrupt,
        Output = new InterruptibleStream(OpenStandardOutput(), interrupt),
        Error = Console.Error,
        Screen = Console.IsErrorRedirected
            ? null
            : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }),
    };

    // The console's own stream passes over writes into a pipe whose reader has gone, and work would go on for nobody. A file is not
    // written through a FileStream, which keeps a position of its own.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Console.OpenStandardOutput();
        }
    }

    /// <summary>What messages call an input.</summary>
    public static string NameOf(string path) => path == Standard ? "standard input" : path;

    /// <summary>Opens a file for reading, or standard input where <paramref name="path"/> is <see cref="Standard"/>.</summary>
    /// <exception cref="BertMLNetException">Standard input is closed.</exception>
    public Stream OpenInput(string path) => TryOpenStream(path)
        ?? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);

    /// <summary>Opens standard input, a named pipe or a device, whose writer may be waited for; null where the input is a file.</summary>
    /// <exception cref="BertMLNetException">Standard input is closed.</exception>
    public Stream? TryOpenStream(string path)
    {
        if (path != Standard)
            return SpecialFile.TryRead(path, Interrupt);
        return StandardInput.IsClosed()
            ? throw new BertMLNetException("standard input is closed; give it a file ('< FILE') or a pipe, or name the file.")
            : Input;
    }

    /// <summary>Writes a line to standard error, control characters shown and not obeyed, above the progress bars.</summary>
    public void Notice(string line)
    {
        line = Shown.Message(line);
        if (Screen is null)
            Error.WriteLine(line);
        else
            Screen.WriteLine(line);
    }

    /// <summary>
    /// A writer of results: UTF-8, lines ended by a line feed on every platform. Disposing it flushes it and leaves the stream open.
    /// </summary>
    public static StreamWriter CreateWriter(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
}

/// <summary>Whether the process was started with a standard input, as it is not by <c>&lt;&amp;-</c> in a shell.</summary>
internal static partial class StandardInput
{
    private const int GetFlags = 1;
    private const int ClosedOnExec = 1;

    /// <summary>
    /// Whether there is none. The runtime's own files take numbers that are free, and to read from them waits for ever or tells
    /// nonsense; they are marked not to be handed on to other programs, as nothing can be that this one was handed.
    /// </summary>
    public static bool IsClosed() => !OperatingSystem.IsWindows() && (Control(0, GetFlags) & ClosedOnExec) != 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int handle, int command);
}

/// <summary>Shows the library's messages on standard error: warnings always, the rest where they are wanted.</summary>
internal sealed class TerminalLogger(CliTerminal terminal, bool verbose) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) =>
        logLevel != LogLevel.None && logLevel >= (verbose ? LogLevel.Debug : LogLevel.Information);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string message = formatter(state, exception);
        terminal.Notice(logLevel switch
        {
            LogLevel.Warning => $"warning: {message}",
            >= LogLevel.Error => $"error: {message}",
            _ => message,
        });
    }
}
