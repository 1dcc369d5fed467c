using BertMLNet.Scoring;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BertMLNet;

/// <summary>Fills what scoring options leave open from an ML.NET context.</summary>
internal static class ContextSettings
{
    /// <summary>
    /// With the context's GPU where there is none, its fallback where it allows one, its channel where there is no logger.
    /// </summary>
    public static ScoringOptions With(this ScoringOptions options, MLContext context, string source) => options with
    {
        GpuDeviceId = options.GpuDeviceId ?? context.GpuDeviceId,
        FallbackToCpu = options.FallbackToCpu || context.FallbackToCpu,
        Logger = options.Logger ?? new ChannelLogger(context, source),
    };

    /// <summary>An estimator with the context's settings where its options have none: what the methods on a context make.</summary>
    public static BertEstimator Estimator(this MLContext context, BertOptions options, string source)
    {
        return new BertEstimator(options.With(context, source));
    }
}

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
