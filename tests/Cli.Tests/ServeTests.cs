using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using BertMLNet.Scoring;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>The command as a service, and that no other command pays for it.</summary>
public sealed partial class ServeTests(TinyModel model, TinyQuestionModel questions)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_answers_until_it_is_interrupted_and_then_ends_well()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        using CliProcess service = CliProcess.Start("serve", "--model", model.Path, "--urls", "http://127.0.0.1:0", "--max-rows", "3");
        using var client = new HttpClient { BaseAddress = new Uri(Address().Match(service.WaitForError("listening on", Stop)).Value) };
        using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", new { inputs = new[] { "the cat", "a dog" } }, Stop);
        using PairClassifier classifier = PairClassifier.Load(model.Path);
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(classifier.Score("the cat", "a dog").Label, answer[0].GetProperty("label").GetString());
        Assert.Contains("page.js", await client.GetStringAsync("/", Stop));
        Assert.Contains("/rerank", await client.GetStringAsync("/openapi/v1.json", Stop));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Stop)).StatusCode);
        using HttpResponseMessage many = await client.PostAsJsonAsync("/predict", new { inputs = Enumerable.Repeat(new[] { "a", "b" }, 4) }, Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);

        // A name that somebody made to lead here is not this machine's.
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/info") { Headers = { Host = "elsewhere.example" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(rebound, Stop)).StatusCode);

        service.Interrupt();
        CliRun run = await service.End();
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("stopping", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Whatever_kind_of_model_it_is_has_its_endpoints()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        using CliProcess service = CliProcess.Start("serve", "--model", questions.Path, "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri(Address().Match(service.WaitForError("listening on", Stop)).Value) };
        JsonElement info = JsonElement.Parse(await client.GetStringAsync("/info", Stop));
        Assert.Equal("/answer", info.GetProperty("endpoints")[0].GetString());
        Assert.Equal(80, info.GetProperty("max_input_length").GetInt32());
        service.Interrupt();
        Assert.Equal(0, (await service.End()).ExitCode);
    }

    [Fact]
    public async Task An_address_that_cannot_be_listened_on_is_said_in_one_line()
    {
        await CliRun.Fails(["serve", "--model", model.Path, "--urls", "http://192.0.2.1:5000"], "--urls http://192.0.2.1:5000", "cannot be listened on");
        await CliRun.Fails(["serve", "--model", model.Path, "--urls", "nonsense"], "--urls nonsense", "cannot be listened on");
    }

    /// <summary>The runtime's description asks for ASP.NET Core; its assemblies are mapped into a process when they are loaded.</summary>
    [Fact]
    public async Task Score_loads_nothing_of_ASPNET_Core()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a process's files are read from /proc");
        using var folder = new TemporaryFolder();
        using CliProcess score = CliProcess.StartReading("score", "--model", model.Path, "--input", "-", "--output", folder["scores.jsonl"]);
        while (!File.Exists(folder["scores.jsonl.partial.job"]))
        {
            Assert.False(score.HasEnded);
            await Task.Delay(5, Stop);
        }
        string files = await File.ReadAllTextAsync($"/proc/{score.Id}/maps", Stop);
        Assert.Contains("BertMLNet.Scoring.dll", files);
        Assert.DoesNotContain("Microsoft.AspNetCore", files);
        Assert.DoesNotContain("BertMLNet.AspNetCore", files);
        score.Input.Close();
        Assert.Equal(0, (await score.End()).ExitCode);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
