using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>A service under load, overloaded, with clients that misbehave, and at its end.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly TinyModel _pairs = TinyModel.Pairs();
    private readonly ManualResetEventSlim _open = new(initialState: false);
    private readonly SemaphoreSlim _begun = new(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _open.Set();
        _pairs.Dispose();
        _begun.Dispose();
    }

    [Fact]
    public async Task Fifty_clients_at_once_each_get_their_own_rows()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        string[] texts = TinyModel.Sentences(60, seed: 8, longest: 40);
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        float[] expected = [.. classifier.ScoreBatch(texts.Select(text => new TextPair(texts[0], text)).ToArray(), Stop).Select(pair => pair.Logits.Span[1])];
        Assert.True(expected.Distinct().Count() > 40);
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Stop }, async (i, _) =>
        {
            int[] rows = [.. Enumerable.Range(0, 1 + (i % 7)).Select(row => (i + (row * 11)) % texts.Length)];
            JsonElement answer = await service.AskAsync("/predict", new { inputs = rows.Select(row => new[] { texts[0], texts[row] }), raw_scores = true });
            for (int row = 0; row < rows.Length; row++)
            {
                JsonElement same = answer[row].EnumerateArray().Single(label => label.GetProperty("label").GetString() == "same");
                Assert.Equal(expected[rows[row]], same.GetProperty("score").GetSingle(), 1e-4f);
            }
        });
    }

    [Fact]
    public async Task A_full_queue_answers_429_with_the_time_to_come_again_before_it_reads_the_body()
    {
        await using TestService service = await StartGated(options => options.MaxRequests = 2);
        using var opening = new Opening(_open);
        Task<JsonElement>[] waiting = [service.AskAsync("/gated", new { inputs = "w1" }), service.AskAsync("/gated", new { inputs = "w2" })];
        var scorer = service.App.Services.GetRequiredService<BatchingScorer<TextPair, int>>();
        while (!scorer.IsFull)
            await Task.Delay(1, Stop);
        (int status, string body, HttpResponseMessage response) = await service.PostAsync("/gated", "no JSON");
        Assert.Equal(429, status);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal("Overloaded", JsonElement.Parse(body).GetProperty("error_type").GetString());
        _open.Set();
        foreach (Task<JsonElement> request in waiting)
            Assert.Equal("w", (await request)[0].GetProperty("label").GetString());
        await service.AskAsync("/gated", new { inputs = "w3" });
    }

    [Fact]
    public async Task A_client_that_hangs_up_leaves_no_request_behind()
    {
        await using TestService service = await StartGated();
        using var opening = new Opening(_open);
        var scorer = service.App.Services.GetRequiredService<BatchingScorer<TextPair, int>>();
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> leaver = service.Client.PostAsJsonAsync("/gated", new { inputs = "w1" }, leave.Token);
        await _begun.WaitAsync(Stop);
        Assert.Equal(1, scorer.Requests);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        while (scorer.Requests > 0)
            await Task.Delay(1, Stop);
    }

    [Fact]
    public async Task A_stop_finishes_requests_under_way()
    {
        await using TestService service = await StartGated();
        using var opening = new Opening(_open);
        Task<JsonElement> under = service.AskAsync("/gated", new { inputs = "w1" });
        await _begun.WaitAsync(Stop);
        Task stopping = service.App.StopAsync(Stop);
        await service.App.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.AsTask().WaitAsync(Stop);
        HealthReport health = await service.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.False(stopping.IsCompleted);
        _open.Set();
        Assert.Equal("w", (await under)[0].GetProperty("label").GetString());
        await stopping;
    }

    [Fact]
    public async Task Health_is_good_while_the_model_takes_requests()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        using HttpResponseMessage good = await service.Client.GetAsync("/health", Stop);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Empty(await good.Content.ReadAsStringAsync(Stop));
        service.App.Services.GetRequiredService<BatchingScorer<TextPair, PairPrediction>>().Dispose();
        using HttpResponseMessage bad = await service.Client.GetAsync("/health", Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, bad.StatusCode);
        Assert.Equal("Unhealthy", JsonElement.Parse(await bad.Content.ReadAsStringAsync(Stop)).GetProperty("error_type").GetString());
        Assert.Equal(503, (await service.PostAsync("/predict", """{"inputs":["w1","w2"]}""")).Status);
    }

    [Fact]
    public async Task A_model_that_cannot_be_run_is_a_fault_of_the_service_and_not_the_clients()
    {
        await using TestService service = await StartGated();
        using var opening = new Opening(_open);
        _open.Set();
        (int status, string body, _) = await service.PostAsync("/gated", """{"inputs":"fail"}""");
        Assert.Equal(500, status);
        Assert.Equal("Backend", JsonElement.Parse(body).GetProperty("error_type").GetString());
        Assert.DoesNotContain("secret", body);
        await service.AskAsync("/gated", new { inputs = "w1" });
    }

    [Fact]
    public async Task A_client_that_stops_sending_is_let_go_of()
    {
        await using TestService service = await TestService.StartAsync(
            services => services.AddBertPairClassifier(_pairs.Path),
            configure: builder => builder.WebHost.ConfigureKestrel(kestrel =>
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(2))));
        var endpoint = new IPEndPoint(IPAddress.Loopback, new Uri(service.App.Urls.Single()).Port);
        var slow = new List<TcpClient>();
        for (int i = 0; i < 20; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(endpoint, Stop);
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"inputs\":"), Stop);
            slow.Add(client);
        }
        // Others are served meanwhile.
        await service.AskAsync("/predict", new { inputs = new[] { "w1", "w2" } });
        foreach (TcpClient client in slow)
        {
            using var reader = new StreamReader(client.GetStream());
            string answer = await reader.ReadToEndAsync(Stop);
            Assert.StartsWith("HTTP/1.1 408", answer);
            client.Dispose();
        }
    }

    /// <summary>A service whose model scores nothing before it is let.</summary>
    private Task<TestService> StartGated(Action<BertServiceOptions>? configure = null) => TestService.StartAsync(services =>
    {
        // For health checks and all that comes with a model.
        services.AddBertPairClassifier(_pairs.Path);
        var options = new BertServiceOptions { Workers = 1 };
        configure?.Invoke(options);
        services.AddSingleton(provider => new GatedModel(_pairs.Path, options, provider.GetRequiredService<ServiceMetrics>(), _open, _begun));
        services.AddSingleton<ServedModel>(provider => provider.GetRequiredService<GatedModel>());
        services.AddSingleton(provider => provider.GetRequiredService<GatedModel>().Scorer);
    });

    /// <summary>Lets go of what a test leaves in a queue, however it ends, before the service waits for it.</summary>
    private sealed class Opening(ManualResetEventSlim gate) : IDisposable
    {
        public void Dispose() => gate.Set();
    }

    private sealed class GatedModel : ServedModel<TextPair, int>
    {
        public GatedModel(string path, BertServiceOptions options, ServiceMetrics metrics, ManualResetEventSlim open, SemaphoreSlim begun)
            : base(path, options)
        {
            Serve(
                new MemoryStream(),
                (rows, _) =>
                {
                    begun.Release();
                    open.Wait();
                    return rows.Span[0].First.Span.SequenceEqual("fail")
                        ? throw new InvalidOperationException("a secret of the service")
                        : Array.ConvertAll(rows.ToArray(), pair => pair.First.Length);
                },
                _ => 1,
                metrics);
        }

        public override string Task => "gated";

        public override IReadOnlyList<string> Endpoints => ["/gated"];

        public override void Map(IEndpointRouteBuilder routes) => new JsonEndpoint<PredictRequest, OneOrMany<Prediction[]>>("/gated", "Waits.", "{}")
        {
            MaxBodyBytes = Options.MaxBodyBytes,
            RefuseIfFull = Scorer.RefuseIfFull,
            Answer = async (request, cancellationToken) =>
            {
                int[] lengths = await Scorer.ScoreAsync(request.Inputs.Values, cancellationToken);
                return request.Inputs.With(lengths.Select(length => new[] { new Prediction("w", length) }));
            },
        }.Map(routes);

        public override void WriteType(Utf8JsonWriter json) => json.WriteNull(Task);
    }
}

/// <summary>Waits for a token.</summary>
internal static class CancellationTokens
{
    public static Task AsTask(this CancellationToken token)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(source.SetResult);
        return source.Task;
    }
}
