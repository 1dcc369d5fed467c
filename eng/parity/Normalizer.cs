using System.Text.RegularExpressions;

namespace BertMLNet.Parity;

/// <summary>Replaces what differs from run to run or from machine to machine: paths, times, rates, memory, processes, dates.</summary>
internal sealed partial class Normalizer(Workplace place)
{
    private readonly (string Path, string Name)[] _paths =
    [
        (place.Temporary, "<tmp>"),
        (place.Folder, "<work>"),
        (Path.GetDirectoryName(place.Options.Cli)!, "<cli>"),
        (place.Options.Repository, "<repository>"),
        (place.Options.Shared, "<shared>"),
    ];

    /// <summary>The text without these.</summary>
    public string Normalize(string text)
    {
        foreach ((string path, string name) in _paths)
            text = text.Replace(path, name);
        text = Timing().Replace(text, "$1<n>");
        text = ReportRow().Replace(text, "$1<n>$2");
        text = Throughput().Replace(text, "$1<n>");
        text = Stack().Replace(text, "$1<stack>");
        text = Processors().Replace(text, "<n>$1");
        text = HelpProcessors().Replace(text, "$1<n>]");
        text = Held().Replace(text, "process <n> on <host>");
        text = EventFile().Replace(text, "events.out.tfevents.<time>");
        text = TemporaryName().Replace(text, ".<unique>.tmp");
        return Moment().Replace(text, "<moment>");
    }

    [GeneratedRegex("""
        ("(?:seconds|examplesPerSecond|tokensPerSecond|peakMemoryBytes|Elapsed|TrainingTime|ProcessId|Host|Started)":\s*)("[^"]*"|[-+.\deE]+)
        """)]
    private static partial Regex Timing();

    [GeneratedRegex("(<th>(?:time|throughput|peak memory)</th><td>)[^<]*(</td>)")]
    private static partial Regex ReportRow();

    [GeneratedRegex(@"((?:training throughput|time in all)\s+)[\d,]+ \S+")]
    private static partial Regex Throughput();

    [GeneratedRegex(@"((?:^|\n)[| ]*)   at [^\n]*(\n[| ]*   at [^\n]*|\n[| ]*--- End of [^\n]*)*")]
    private static partial Regex Stack();

    [GeneratedRegex(@"\b\d+( processors)\b")]
    private static partial Regex Processors();

    [GeneratedRegex(@"((?:Processors to score on|Threads that count words)[^\n\[]*\[default: )\d+\]")]
    private static partial Regex HelpProcessors();

    [GeneratedRegex(@"process \d+ on \S+")]
    private static partial Regex Held();

    [GeneratedRegex(@"events\.out\.tfevents\.\d+")]
    private static partial Regex EventFile();

    [GeneratedRegex(@"\.[0-9a-f]{8,}\.tmp")]
    private static partial Regex TemporaryName();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?")]
    private static partial Regex Moment();
}
