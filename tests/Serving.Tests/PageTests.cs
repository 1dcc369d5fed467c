using System.Text.RegularExpressions;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PuppeteerSharp;
using PuppeteerSharp.Input;
using PuppeteerSharp.Media;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>The page to try a model on, in a browser, where one is installed: typed into, read, and looked at.</summary>
public sealed partial class PageTests : IDisposable
{
    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly TinyModel _pairs = TinyModel.Pairs();
    private readonly TinyModel _questions = TinyModel.Questions();
    private readonly TinyModel _entities = TinyModel.Entities();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _pairs.Dispose();
        _questions.Dispose();
        _entities.Dispose();
    }

    [Fact]
    public async Task The_page_needs_nothing_from_elsewhere_and_nothing_that_its_policy_refuses()
    {
        await using TestService service = await StartAsync();
        using HttpResponseMessage response = await service.Client.GetAsync("/", Stop);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy);
        Assert.DoesNotContain("unsafe", policy);
        string html = await response.Content.ReadAsStringAsync(Stop);
        string all = html + await service.Client.GetStringAsync("/page.css", Stop) + await service.Client.GetStringAsync("/page.js", Stop);
        Assert.DoesNotContain("http:", all);
        Assert.DoesNotContain("https:", all);
        Assert.DoesNotMatch(InlineCode(), html);
        Assert.DoesNotContain("innerHTML", all);
    }

    [Fact]
    public async Task A_person_types_reads_and_sees_the_results()
    {
        string browserPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Browsers.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw Xunit.Sdk.SkipException.ForSkip("no Chromium is installed (chromium, google-chrome)");
        await using TestService service = await StartAsync();
        using var folder = new TemporaryFolder();
        await using IBrowser browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = browserPath,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            UserDataDir = folder["profile"],
        });
        await using IPage page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Message.Text);
        page.PageError += (_, error) => complaints.Add(error.Message);
        await page.SetViewportAsync(new ViewPortOptions { Width = 900, Height = 1000 });
        await page.GoToAsync(service.App.Urls.Single());
        await page.WaitForSelectorAsync("#predict:not([hidden])");

        // By keyboard alone: the first field has the focus, Tab goes on, Enter on the button sends.
        await page.Keyboard.TypeAsync("w1 w2 w3");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("w4 <b>w5</b>");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("#predict .result li");
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        PairPrediction pair = classifier.Score("w1 w2 w3", "w4 <b>w5</b>");
        Assert.Equal(pair.Label, await TextAsync(page, "#predict .result li span"));
        Assert.Equal(
            pair.Probabilities.Span[pair.LabelIndex],
            await page.EvaluateExpressionAsync<double>("document.querySelector('#predict progress').value"), 1e-4);

        await TypeAsync(page, "#query", "w1 w2");
        await TypeAsync(page, "#texts", "w10\nw20 w30\nw40");
        await SendAsync(page, "#rank");
        Assert.Equal(3, await page.EvaluateExpressionAsync<int>("document.querySelectorAll('#rank .result li').length"));

        string passage = string.Join(' ', TinyModel.Sentences(8, seed: 5));
        using QuestionAnswerer answerer = QuestionAnswerer.Load(_questions.Path);
        await TypeAsync(page, "#question", "w1");
        await TypeAsync(page, "#passage", passage);
        await SendAsync(page, "#answer");
        Assert.Equal(answerer.Answer("w1", passage).Text, await TextAsync(page, "#answer mark"));
        Assert.Equal(passage, await TextAsync(page, "#answer .passage"));

        using EntityRecognizer recognizer = EntityRecognizer.Load(_entities.Path);
        await TypeAsync(page, "#text", passage);
        await SendAsync(page, "#entities");
        IReadOnlyList<RecognizedEntity> entities = recognizer.Recognize(passage);
        Assert.NotEmpty(entities);
        Assert.Equal(
            entities.Select(entity => entity.Text + entity.Type),
            await page.EvaluateExpressionAsync<string[]>("[...document.querySelectorAll('#entities mark')].map(mark => mark.textContent)"));

        await LookAsync(page, folder["light.png"], "light", "rgb(255, 255, 255)");
        await LookAsync(page, folder["dark.png"], "dark", "rgb(20, 24, 28)");
        Assert.Empty(complaints);

        // What the service refuses is said, not hidden.
        await page.EvaluateExpressionAsync("document.getElementById('texts').value = 'x\\n'.repeat(1001)");
        await SendAsync(page, "#rank", ".error");
        Assert.Contains("1001 rows, the most are 1000", await TextAsync(page, "#rank .error"));
    }

    private Task<TestService> StartAsync() => TestService.StartAsync(
        services => services.AddBertModel(_pairs.Path).AddBertModel(_questions.Path).AddBertModel(_entities.Path),
        app => app.MapBertPage());

    private static async Task TypeAsync(IPage page, string field, string text)
    {
        await page.FocusAsync(field);
        await page.Keyboard.SendCharacterAsync(text);
    }

    /// <summary>Sends a form as the page's foot says, and waits for what comes.</summary>
    private static async Task SendAsync(IPage page, string section, string result = "li")
    {
        await page.FocusAsync($"{section} textarea");
        await page.Keyboard.DownAsync(Key.Control);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.UpAsync(Key.Control);
        await page.WaitForSelectorAsync($"{section} .result {result}");
    }

    private static Task<string> TextAsync(IPage page, string selector) =>
        page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    private static async Task LookAsync(IPage page, string picture, string scheme, string background)
    {
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        Assert.Equal(background, await page.EvaluateExpressionAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await page.ScreenshotAsync(picture, new ScreenshotOptions { FullPage = true });
        Assert.InRange(new FileInfo(picture).Length, 10_000, long.MaxValue);
        if (Environment.GetEnvironmentVariable("BERTMLNET_SCREENSHOT") is { Length: > 0 } keep)
            File.Copy(picture, Path.ChangeExtension(keep, $".{scheme}.png"), overwrite: true);
    }

    [GeneratedRegex(@"<script(?![^>]*src=)|<style|style=|\son[a-z]+=", RegexOptions.CultureInvariant)]
    private static partial Regex InlineCode();
}
