using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Modeling.Tests;

/// <summary>A hub on the loopback address: it lists a model's files and serves the large ones from a second port, as a CDN.</summary>
internal sealed class HubServer : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _listener = new();
    private readonly int _hubPort = FreePort();
    private readonly int _storePort = FreePort();
    private readonly Task _loop;

    public HubServer()
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{_hubPort}/");
        _listener.Prefixes.Add($"http://127.0.0.1:{_storePort}/");
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public Uri Endpoint => new($"http://127.0.0.1:{_hubPort}");

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Method, port's part (hub or store), path and range of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The hosts' parts that were sent a token.</summary>
    public ConcurrentQueue<string> TokensSeen { get; } = [];

    /// <summary>How many downloads from the store break off half way, or answer 503, before they work.</summary>
    public int BreakOffs { get; set; }

    public int Unavailable { get; set; }

    /// <summary>Contents to send in place of the true ones.</summary>
    public Dictionary<string, byte[]> Falsified { get; } = [];

    public string? RequiredToken { get; set; }

    public void Dispose()
    {
        _listener.Stop();
        _loop.Wait();
        _listener.Close();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            try
            {
                Answer(context.Request, context.Response);
            }
            catch (HttpListenerException)
            {
                context.Response.Abort();
            }
        }
    }

    private void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        string part = request.LocalEndPoint.Port == _hubPort ? "hub" : "store";
        string path = request.Url!.AbsolutePath;
        Requests.Enqueue($"{request.HttpMethod} {part} {path} {request.Headers["Range"]}".Trim());
        if (request.Headers["Authorization"] is { } token)
            TokensSeen.Enqueue($"{part} {token}");
        if (part == "hub" && RequiredToken is not null && request.Headers["Authorization"] != $"Bearer {RequiredToken}")
        {
            Finish(response, 401, []);
            return;
        }
        if (part == "hub" && path == "/api/models/org/tiny/revision/main")
        {
            string siblings = string.Join(", ", Files.Keys.Select(name => $$"""{"rfilename": "{{name}}"}"""));
            Finish(response, 200, Encoding.UTF8.GetBytes($$"""{"sha": "{{Commit}}", "siblings": [{{siblings}}]}"""));
            return;
        }
        string name = path[(path.LastIndexOf('/') + 1)..];
        if (!Files.TryGetValue(name, out byte[]? content) || part == "hub" && path != $"/org/tiny/resolve/{Commit}/{name}")
            Finish(response, 404, []);
        else if (part == "store")
            Store(request, response, Falsified.GetValueOrDefault(name, content));
        else
            Resolve(request, response, name, content);
    }

    private void Resolve(HttpListenerRequest request, HttpListenerResponse response, string name, byte[] content)
    {
        if (name.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            response.Headers["X-Linked-Etag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";
            response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
            response.RedirectLocation = $"http://127.0.0.1:{_storePort}/signed/{name}";
            Finish(response, 302, []);
            return;
        }
        byte[] blob = [.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content];
        response.Headers["ETag"] = $"\"{Convert.ToHexStringLower(SHA1.HashData(blob))}\"";
        response.ContentLength64 = content.Length;
        if (request.HttpMethod == "HEAD")
            response.Close();
        else
            Finish(response, 200, content);
    }

    private void Store(HttpListenerRequest request, HttpListenerResponse response, byte[] content)
    {
        if (Unavailable > 0)
        {
            Unavailable--;
            Finish(response, 503, []);
            return;
        }
        int from = 0;
        if (request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        response.ContentLength64 = content.Length - from;
        if (BreakOffs > 0)
        {
            BreakOffs--;
            response.OutputStream.Write(content, from, (content.Length - from) / 2);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }
        response.OutputStream.Write(content, from, content.Length - from);
        response.Close();
    }

    private static void Finish(HttpListenerResponse response, int status, byte[] body)
    {
        response.StatusCode = status;
        response.ContentLength64 = body.Length;
        response.OutputStream.Write(body);
        response.Close();
    }
}
