using System.Diagnostics;
using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>The command as a filter that another tool spreads over processes.</summary>
public sealed class ScaleOutTests(TinyModel model) : IDisposable
{
    private const int Rows = 600;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gnu_parallel_gives_every_row_its_line_in_order()
    {
        string parallel = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "parallel")).FirstOrDefault(File.Exists)
            ?? throw Xunit.Sdk.SkipException.ForSkip("GNU parallel is not installed");
        string[][] pairs = [.. File.ReadLines(model.Pairs).Skip(1).Select(line => line.Split('\t'))];
        File.WriteAllLines(_folder["pairs.jsonl"], Enumerable.Range(0, Rows).Select(i =>
            i % 100 == 99 ? "no json" : JsonSerializer.Serialize(new { sentence1 = pairs[i % pairs.Length][0], sentence2 = pairs[i * 7 % pairs.Length][1] })));
        CliRun alone = await CliRun.Succeeds("score", "--model", model.Path, "--input", _folder["pairs.jsonl"], "--on-error", "skip");

        string command = $"dotnet {typeof(CommandLine).Assembly.Location} score --model {model.Path} --input - --on-error skip --threads 1";
        var start = new ProcessStartInfo("bash", ["-c", $"'{parallel}' --will-cite --pipe --keep-order --block 30k --jobs 2 {command} < {_folder["pairs.jsonl"]}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(new FileInfo(_folder["pairs.jsonl"]).Length, 60_000, long.MaxValue); // several blocks
        Assert.Equal(Rows, lines.Length);
        for (int i = 0; i < Rows; i++)
        {
            JsonElement expected = JsonElement.Parse(alone.OutputLines[i]), found = JsonElement.Parse(lines[i]);
            if (i % 100 == 99)
            {
                Assert.True(found.TryGetProperty("error", out _), lines[i]);
                continue;
            }
            Assert.Equal(expected.GetProperty("label").GetString(), found.GetProperty("label").GetString());
            Assert.Equal(expected.GetProperty("logits")[0].GetSingle(), found.GetProperty("logits")[0].GetSingle(), 1e-5f);
        }
    }
}
