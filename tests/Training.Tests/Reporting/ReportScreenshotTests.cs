using System.Diagnostics;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>Looks at the report, in which there are no scripts, with a browser, where one is installed.</summary>
public sealed class ReportScreenshotTests
{
    /// <summary>The first two colours of lines and bars.</summary>
    private static readonly (byte, byte, byte) Blue = (0x00, 0x72, 0xB2), Orange = (0xD5, 0x5E, 0x00);

    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    [Fact]
    public async Task Plots_are_drawn_on_the_page()
    {
        string browser = Find() ?? throw Xunit.Sdk.SkipException.ForSkip("no Chromium is installed (chromium, google-chrome)");
        using var folder = new TemporaryFolder();
        TrainingReport report = Example();
        (report with { Steps = [], Epochs = [], Tables = [], Highlights = [] }).Save(folder["empty.html"]);
        report.Save(folder["report.html"]);
        PngPixels empty = await ShootAsync(browser, folder, "empty");
        PngPixels page = await ShootAsync(browser, folder, "report");
        if (Environment.GetEnvironmentVariable("BERTMLNET_SCREENSHOT") is { Length: > 0 } keep)
            File.Copy(folder["report.png"], keep, overwrite: true);

        Assert.Equal(0, empty.Count(Blue));
        Assert.Equal(0, empty.Count(Orange));
        // Lines, the matrix's darkest cell and bars: wherever there is a plot, its colours are.
        Assert.InRange(page.Count(Blue), 2000, page.Width * page.Height / 2);
        Assert.InRange(page.Count(Orange), 2000, page.Width * page.Height / 2);
    }

    private static TrainingReport Example() => new()
    {
        Title = "Sentence pair classification",
        Command = "bertmlnet train --task pair --model start --train train.tsv --validation dev.tsv --output model --epochs 4 --learning-rate 3e-5",
        Highlights = [new("accuracy", "0.8456"), new("f1", "0.8893"), new("matthews", "0.6367")],
        Facts = [new("best epoch", "3 of 4"), new("throughput", "151.8 examples, 8102.4 tokens a second"), new("peak memory", "1034 MiB"), new("engine", "onnxruntime 1.29.0 (CPU)")],
        Settings = [new("batch-size", "32"), new("epochs", "4"), new("learning-rate", "3E-05")],
        Steps = [.. Enumerable.Range(1, 300).Select(step => new ReportStep(step, 0.25 + 0.45 * Math.Exp(-step / 90.0) + 0.04 * Math.Sin(step * 1.7), 3e-5 * Math.Min(step / 30.0, (300 - step) / 270.0)))],
        Epochs = [.. Enumerable.Range(1, 4).Select(epoch => new ReportEpoch(epoch, 0.7 / epoch, new Metrics(0.6 / epoch + 0.05 * epoch, 0.7 + 0.05 * Math.Min(epoch, 3))))],
        BestEpoch = 3,
        Tables =
        [
            new("Confusion matrix", ["right class", "not_equivalent", "equivalent"], [["not_equivalent", "90", "39"], ["equivalent", "24", "255"]], "A row is a right class, a column a predicted one; shades and percentages are shares of the row.", ReportChart.Matrix),
            new("Exact match and F1 by answer length", ["shortest right answer", "exact match", "F1", "questions"], [["1 word", "0.812", "0.843", "410"], ["2 words", "0.774", "0.860", "305"], ["3–4 words", "0.655", "0.801", "199"], ["9 words or more", "0.301", "0.612", "41"]], null, ReportChart.Bars),
            new("Worst errors", ["line", "right", "predicted", "lead", "sentence 1", "sentence 2"], [.. Enumerable.Range(0, 4).Select(i => (IReadOnlyList<string>)[$"{17 + 31 * i}", "not_equivalent", "equivalent", $"{4.81 - 0.4 * i:0.00}", "The harbour was closed on Monday after the storm had torn two cranes down.", "Two cranes fell in the storm, and the harbour will open again on Monday."])], "The validation examples that the model got wrong and was surest of."),
        ],
    };

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Browsers.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static async Task<PngPixels> ShootAsync(string browser, TemporaryFolder folder, string name)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string picture = folder[name + ".png"];
        var start = new ProcessStartInfo(
            browser,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                $"--user-data-dir={folder["profile"]}", "--window-size=1100,2700", $"--screenshot={picture}", new Uri(folder[name + ".html"]).AbsoluteUri,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation), errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(File.Exists(picture), await output + await errors);
        return PngPixels.Read(picture);
    }

    private sealed class Metrics(double loss, double accuracy) : TaskMetrics
    {
        public override double Loss => loss;

        public override string PrimaryName => "accuracy";

        public override IReadOnlyList<KeyValuePair<string, double>> Values => [new("accuracy", accuracy), new("f1", accuracy + 0.04), new("matthews", accuracy - 0.2)];
    }
}
