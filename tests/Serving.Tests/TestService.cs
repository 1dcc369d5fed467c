using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>A service on a free port of this machine, and a client of it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app)
    {
        App = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts it with what is added to its services, and further endpoints.</summary>
    public static async Task<TestService> StartAsync(
        Action<IServiceCollection> add, Action<WebApplication>? map = null, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        add(builder.Services);
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        app.MapBert();
        map?.Invoke(app);
        await app.StartAsync(Stop);
        return new TestService(app);
    }

    /// <summary>Sends a body, and gives what comes back.</summary>
    public async Task<(int Status, string Body, HttpResponseMessage Response)> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        HttpResponseMessage response = await Client.PostAsync(path, content, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop), response);
    }

    /// <summary>Sends a value as JSON; the answer must be one.</summary>
    public async Task<JsonElement> AskAsync(string path, object request)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, request, Stop);
        string body = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return JsonElement.Parse(body);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
