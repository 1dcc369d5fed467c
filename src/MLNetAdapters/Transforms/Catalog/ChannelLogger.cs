using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;

namespace BertMLNet;

/// <summary>Logs to an ML.NET context's channel, and so to <c>MLContext.Log</c>.</summary>
internal sealed class ChannelLogger(IHostEnvironment environment, string source) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string message = formatter(state, exception);
        using IChannel channel = environment.Start(source);
        // The message is an argument, not the format: it may hold braces.
        switch (logLevel)
        {
            case >= LogLevel.Error:
                channel.Error(MessageSensitivity.None, "{0}", message);
                break;
            case LogLevel.Warning:
                channel.Warning(MessageSensitivity.None, "{0}", message);
                break;
            case LogLevel.Information:
                channel.Info(MessageSensitivity.None, "{0}", message);
                break;
            default:
                channel.Trace(MessageSensitivity.None, "{0}", message);
                break;
        }
    }
}
