using System.Collections.Concurrent;

namespace BertMLNet.Parity;

/// <summary>Runs the cases, stage by stage.</summary>
internal static class Runner
{
    /// <summary>Runs all cases that are asked for; gives what each did, by name.</summary>
    /// <param name="place">Where.</param>
    /// <param name="options">Which.</param>
    /// <param name="fromRecord">Whether later stages read what a record holds, instead of what the first stages have just made.</param>
    public static async Task<SortedDictionary<string, string>> RunAsync(Workplace place, ParityOptions options, bool fromRecord)
    {
        CaseList list = CaseList.All(options);
        var normalizer = new Normalizer(place);
        var texts = new ConcurrentDictionary<string, string>();
        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            // What others read has to be made, whatever was asked for; unless a record has it.
            Case[] cases = [.. list.Cases.Where(one => one.Stage == stage && (options.Only is null || options.Only.IsMatch(one.Name)
                || (!fromRecord && list.Publishes(one))))];
            await Parallel.ForEachAsync(
                cases,
                new ParallelOptions { MaxDegreeOfParallelism = options.Jobs },
                async (one, _) => texts[one.Name] = await CaseRun.OfAsync(one, place, normalizer));
            foreach ((_, string from, string to) in list.Published.Where(published => published.Stage == stage))
            {
                string kept = Path.Combine(options.Record, Recording.ArtefactsFolder, to);
                string source = fromRecord ? kept : place[from];
                if (!Path.Exists(source))
                    continue;
                if (!fromRecord)
                    Workplace.Copy(source, kept);
                Workplace.Copy(source, place[to]);
            }
        }
        return new(texts, StringComparer.Ordinal);
    }
}
