using System.Collections.Concurrent;
using System.Diagnostics;

namespace BertMLNet.Parity;

/// <summary>Runs the cases, stage by stage.</summary>
internal static class Runner
{
    private const int Slowest = 5;

    /// <summary>Runs all cases that are asked for; gives what each did, by name.</summary>
    /// <param name="place">Where.</param>
    /// <param name="options">Which.</param>
    /// <param name="fromRecord">Whether later stages read what a record holds, instead of what the first stages have just made.</param>
    /// <param name="write">Is given what each case did as soon as it is known; may be called by several threads at once.</param>
    public static async Task<SortedDictionary<string, string>> RunAsync(
        Workplace place, ParityOptions options, bool fromRecord, Action<string, string>? write = null)
    {
        CaseList list = CaseList.All(options);
        var normalizer = new Normalizer(place);
        var texts = new ConcurrentDictionary<string, string>();
        var times = new ConcurrentDictionary<string, double>();
        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            // What others read has to be made, whatever was asked for; unless a record has it.
            Case[] cases = [.. list.Cases.Where(one => one.Stage == stage && (options.Only is null || options.Only.IsMatch(one.Name)
                || (!fromRecord && list.Publishes(one))))];
            await Parallel.ForEachAsync(
                cases,
                new ParallelOptions { MaxDegreeOfParallelism = options.Jobs },
                async (one, _) =>
                {
                    long began = Stopwatch.GetTimestamp();
                    string text = texts[one.Name] = await CaseRun.OfAsync(one, place, normalizer);
                    times[one.Name] = Stopwatch.GetElapsedTime(began).TotalSeconds;
                    write?.Invoke(one.Name, text);
                });
            foreach ((_, string from, string to) in list.Published.Where(published => published.Stage == stage))
            {
                string kept = Path.Combine(options.Record, Recording.ArtefactsFolder, to);
                string source = fromRecord ? kept : place[from];
                if (!Path.Exists(source))
                    continue;
                if (!fromRecord)
                {
                    if (Directory.Exists(kept))
                        Directory.Delete(kept, recursive: true);
                    Workplace.Copy(source, kept);
                }
                Workplace.Copy(source, place[to]);
            }
        }
        IEnumerable<string> slowest = times.OrderByDescending(entry => entry.Value).Take(Slowest).Select(entry => $"{entry.Key} {entry.Value:0} s");
        await Console.Error.WriteLineAsync($"the slowest: {string.Join(", ", slowest)}");
        return new(texts, StringComparer.Ordinal);
    }
}
