using System.Text.Json;

namespace BertMLNet.Parity;

/// <summary>A labelled pair.</summary>
internal sealed record PairExample(string First, string Second, string Label);

/// <summary>Pairs that say the same, the opposite, or something else.</summary>
internal static class PairData
{
    /// <summary>Draws pairs with two or three labels.</summary>
    public static PairExample[] Of(int count, uint seed, int labels = 2)
    {
        var draw = new Draw(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                string a = draw.Of(Words.Names), b = draw.Of(Words.Names), verb = draw.Of(Words.Verbs), year = draw.Of(Words.Years);
                string first = $"{a} {verb} {b} in {year}.";
                return (i % labels) switch
                {
                    0 => new PairExample(first, $"{b} {verb} {a} in {year}.", "not_equivalent"),
                    1 => new PairExample(first, $"In {year}, {b} was {verb} by {a}.", "equivalent"),
                    _ => new PairExample(first, $"{a} did not see it.", "unrelated"),
                };
            }),
        ];
    }

    public static string Tsv(IEnumerable<PairExample> pairs) =>
        "sentence1\tsentence2\tlabel\n" + string.Concat(pairs.Select(pair => $"{pair.First}\t{pair.Second}\t{pair.Label}\n"));

    public static string Csv(IEnumerable<PairExample> pairs) =>
        "label,text a,text b\n" + string.Concat(pairs.Select(pair => $"{pair.Label},\"{pair.First}\",\"{pair.Second} \"\"so\"\"\"\n"));

    public static string JsonLines(IEnumerable<PairExample> pairs) => string.Concat(pairs.Select(pair =>
        JsonSerializer.Serialize(new { sentence1 = pair.First, sentence2 = pair.Second, label = pair.Label, more = new[] { 1, 2 } })
            + "\n"));

    public static string Mrpc(IEnumerable<PairExample> pairs) =>
        "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n"
        + string.Concat(pairs.Select((pair, i) =>
            $"{(pair.Label == "equivalent" ? 1 : 0)}\t{i}\t{i + 1}\t{pair.First}\t\"{pair.Second}\n"));

    public static string Singles(IEnumerable<PairExample> pairs) =>
        "label\tsentence1\n" + string.Concat(pairs.Select(pair => $"{(pair.First.Contains("met") ? "meeting" : "other")}\t{pair.First}\n"));
}
