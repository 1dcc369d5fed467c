using System.Diagnostics;

namespace BertMLNet.Parity;

/// <summary>Makes a record: what each case did, and the files that later builds have to read.</summary>
internal static class Recording
{
    /// <summary>The folder, in a record, of what each case did: one text file a case.</summary>
    public const string CasesFolder = "cases";

    /// <summary>The folder, in a record, of the files that the recorded build wrote and others read.</summary>
    public const string ArtefactsFolder = "artefacts";

    /// <summary>Records; gives the exit code.</summary>
    public static async Task<int> RunAsync(ParityOptions options)
    {
        // Some cases alone bring a record up to date.
        if (options.Only is null && Directory.Exists(options.Record) && Directory.EnumerateFileSystemEntries(options.Record).Any())
        {
            await Console.Error.WriteLineAsync($"error: {options.Record} is not empty; name a new folder, or delete it");
            return 1;
        }
        long began = Stopwatch.GetTimestamp();
        using Workplace place = Workplace.Create(options);
        string folder = Path.Combine(options.Record, CasesFolder);
        SortedDictionary<string, string> texts = await Runner.RunAsync(place, options, fromRecord: false, (name, text) => Write(folder, name, text));
        Console.WriteLine($"{texts.Count} cases recorded in {options.Record} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s.");
        return 0;
    }

    /// <summary>Writes what a case did.</summary>
    public static void Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name + ".txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
