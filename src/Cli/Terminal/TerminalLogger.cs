using Microsoft.Extensions.Logging;

namespace BertMLNet.Cli;

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
