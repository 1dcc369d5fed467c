using System.Diagnostics;
using System.Text.Json;

namespace BertMLNet.Bench;

/// <summary>A program that is run for its figure.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">What it is started with.</param>
/// <param name="Figure">The figure's place in the JSON object that it prints, as in <c>best.rowsPerSecond</c>; null for runs a second of the whole process.</param>
internal sealed record Contestant(string Program, string[] Arguments, string? Figure)
{
    /// <summary>Runs it once.</summary>
    public double Run()
    {
        var start = new ProcessStartInfo(Program, Arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        // OpenBLAS and OpenMP are to choose for themselves; a wait that spins would take the other library's processors.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("OPENBLAS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Program} {string.Join(' ', Arguments)} ended with {process.ExitCode}");
        if (Figure is null)
            return 1 / seconds;
        using JsonDocument document = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return Figure.Split('.').Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).GetDouble();
    }
}
