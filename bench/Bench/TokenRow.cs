using System.Text.Json;

namespace BertMLNet.Bench;

/// <summary>A tokenized row.</summary>
/// <param name="Ids">Vocabulary ids.</param>
/// <param name="TypeIds">Segments.</param>
internal sealed record TokenRow(int[] Ids, int[] TypeIds)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Reads JSON lines with <c>ids</c> and <c>typeIds</c>.</summary>
    public static TokenRow[] Read(string path, int limit) =>
    [
        .. File.ReadLines(path)
            .Select(line => JsonSerializer.Deserialize<TokenRow>(line, Options)!)
            .Select(row => new TokenRow([.. row.Ids.Take(limit)], [.. row.TypeIds.Take(limit)])),
    ];

    /// <summary>Rows of one length with ids drawn evenly from the vocabulary.</summary>
    public static TokenRow[] Random(int count, int length, int vocabulary)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new TokenRow([.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))], new int[length]))];
    }
}
