using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Cli;

/// <summary>Hosts a model in ASP.NET Core until the command is to stop.</summary>
internal static class ServiceHost
{
    /// <summary>More connections than that wait to be accepted, so that their bodies cannot fill the memory.</summary>
    private const int MaxConnections = 2000;

    /// <summary>Serves until it is cancelled; requests under way are finished, and then it ends well.</summary>
    /// <exception cref="BertMLNetException">The model cannot be used, or the address not be listened on.</exception>
    public static async Task RunAsync(ServiceSettings settings, CliTerminal terminal, bool verbose, CancellationToken cancellationToken)
    {
        await using WebApplication app = Build(settings, terminal, verbose);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException or FormatException)
        {
            throw new BertMLNetException($"--urls {settings.Urls}: cannot be listened on: {exception.Message}", exception);
        }
        terminal.Notice($"listening on {string.Join(", ", app.Urls)}; Ctrl+C stops");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        terminal.Notice("stopping; requests under way are finished");
        await app.StopAsync(CancellationToken.None);
    }

    private static WebApplication Build(ServiceSettings settings, CliTerminal terminal, bool verbose)
    {
        // Nothing is read from the folder that the command is started in.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        });
        builder.WebHost.UseUrls(settings.Urls);
        // What the host cannot start for is thrown, too, and told once.
        builder.Logging.AddProvider(new TerminalLoggers(terminal)).SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddRouting().AddOpenApi().AddBertModel(settings.Model, options =>
        {
            options.Scoring = settings.Scoring;
            options.Workers = settings.Scoring.ConcurrentBatches;
            options.MaxRequests = settings.MaxRequests;
            options.MaxRows = settings.MaxRows;
            options.MaxWait = settings.MaxWait;
        });
        // A page elsewhere, whose name is made to lead to this machine, is not to ask a service that is meant for this machine alone.
        bool local = settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsLocal);
        if (local)
            builder.Services.AddHostFiltering(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);

        WebApplication app = builder.Build();
        if (local)
            app.UseHostFiltering();
        app.MapBert();
        app.MapBertPage();
        app.MapOpenApi();
        return app;
    }

    private static bool IsLocal(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.IsLoopback;

    /// <summary>The server's messages, where the library's own go.</summary>
    private sealed class TerminalLoggers(CliTerminal terminal) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new TerminalLogger(terminal, verbose: true);

        public void Dispose()
        {
        }
    }
}
