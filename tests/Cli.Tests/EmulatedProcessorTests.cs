using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>
/// int8 on another processor: BERTMLNET_EMULATOR names what runs a program on one, such as <c>qemu-x86_64 -cpu Haswell</c>, which has no
/// instructions for products of 8-bit integers (VNNI) and adds them up in 16 bits.
/// </summary>
public sealed class EmulatedProcessorTests(TinyModel model) : IDisposable
{
    private const float MostOfALogit = 2e-3f;

    private static readonly string Runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scores_in_int8_are_those_of_a_processor_without_VNNI()
    {
        string? emulator = Environment.GetEnvironmentVariable("BERTMLNET_EMULATOR");
        Assert.SkipWhen(string.IsNullOrEmpty(emulator), "BERTMLNET_EMULATOR names no emulator");
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.ReadAllText("/proc/cpuinfo").Contains("vnni", StringComparison.Ordinal), "this processor has no VNNI itself");
        // A small model: emulators do not bear the runtime for long.
        string tuned = TinyModel.Copy(model.Path, _folder["tuned"]);
        await CliRun.Succeeds("export", "--model", tuned, "--precision", "int8");
        string[] score = ["score", "--model", tuned, "--graph", "onnx/model_quantized.onnx", "--input", model.Pairs, "--threads", "1", "--output"];
        await CliRun.Succeeds([.. score, _folder["here.jsonl"]]);

        string[] command = [.. emulator!.Split(' '), Runtime, typeof(CommandLine).Assembly.Location, .. score, _folder["there.jsonl"]];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            // What the runtime does beside the program's own threads is more than emulators bear.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_TieredCompilation"] = "0", ["DOTNET_gcConcurrent"] = "0" },
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Row[] here = Rows("here.jsonl"), there = Rows("there.jsonl");
        Assert.Equal(48, here.Length);
        Assert.Equal(here.Select(row => row.Label), there.Select(row => row.Label));
        float largest = here.Zip(there).Max(rows => rows.First.Logits.Zip(rows.Second.Logits).Max(pair => Math.Abs(pair.First - pair.Second)));
        TestContext.Current.TestOutputHelper!.WriteLine($"the largest difference of a logit: {largest}");
        Assert.InRange(largest, 0, MostOfALogit);
    }

    private Row[] Rows(string name) =>
        [.. File.ReadLines(_folder[name]).Select(line => JsonSerializer.Deserialize<Row>(line, JsonSerializerOptions.Web)!)];

    private sealed record Row(string Label, float[] Logits);
}
