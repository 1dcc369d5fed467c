using System.Diagnostics;

namespace BertMLNet.Parity;

/// <summary>Runs all cases with a build, on the files of a record, and prints what differs from the record.</summary>
internal static class Comparison
{
    private const int MostLines = 60;

    /// <summary>Compares; gives the exit code.</summary>
    public static async Task<int> RunAsync(ParityOptions options)
    {
        long began = Stopwatch.GetTimestamp();
        string folder = Path.Combine(options.Record, Recording.CasesFolder);
        var recorded = new SortedDictionary<string, string>(
            Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories)
                .ToDictionary(file => Path.ChangeExtension(Path.GetRelativePath(folder, file), null), File.ReadAllText),
            StringComparer.Ordinal);
        using Workplace place = Workplace.Create(options);
        SortedDictionary<string, string> texts = await Runner.RunAsync(place, options, fromRecord: true, (name, text) =>
        {
            if (options.Keep is not null)
                Recording.Write(options.Keep, name, text);
        });

        var alike = new LineComparer(options.Tolerance, options.Ignore);
        int different = 0, leftOut = 0;
        foreach (string name in recorded.Keys.Union(texts.Keys).Order(StringComparer.Ordinal))
        {
            if (!texts.TryGetValue(name, out string? now))
            {
                leftOut++;
                if (options.Only is null)
                    Console.WriteLine($"{name}: not run, though the record has it");
                continue;
            }
            if (!recorded.TryGetValue(name, out string? before))
            {
                Console.WriteLine($"{name}: not in the record");
                different++;
                continue;
            }
            IReadOnlyList<string> lines = LineDiff.Unified(before.Split('\n'), now.Split('\n'), alike);
            if (lines.Count == 0)
                continue;
            different++;
            Console.WriteLine($"{name}:");
            foreach (string line in lines.Take(MostLines))
                Console.WriteLine($"    {line}");
            if (lines.Count > MostLines)
                Console.WriteLine($"    … {lines.Count - MostLines} more lines");
        }
        bool whole = leftOut == 0 || options.Only is not null;
        Console.WriteLine(
            $"{texts.Count} cases compared with {options.Record} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s: "
            + $"{different} differ, {leftOut} of the record not run.");
        return different == 0 && whole ? 0 : 1;
    }
}
