using System.Text.Json;

namespace BertMLNet.Tokenization.Tests;

/// <summary>A text or a pair with what Hugging Face's tokenizers made of it; one line of a fixture.</summary>
internal sealed class OracleRow
{
    public required string Text { get; init; }

    public string? Pair { get; init; }

    public required EncodeOptions Options { get; init; }

    public string? Error { get; init; }

    public required IReadOnlyList<OracleWindow> Windows { get; init; }

    public static OracleRow Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        string text = root.GetProperty("text").GetString()!;
        string? pair = root.TryGetProperty("pair", out var second) ? second.GetString() : null;
        var options = new EncodeOptions
        {
            MaxLength = root.TryGetProperty("maxLength", out var maxLength) ? maxLength.GetInt32() : null,
            Stride = root.TryGetProperty("stride", out var stride) ? stride.GetInt32() : null,
            Truncation = root.TryGetProperty("truncation", out var truncation) ? Strategy(truncation.GetString()!) : TruncationStrategy.None,
        };
        bool hasError = root.TryGetProperty("error", out var error);
        List<OracleWindow> windows = [];
        if (root.TryGetProperty("windows", out var list))
            windows.AddRange(list.EnumerateArray().Select(window => OracleWindow.Parse(window, text, pair)));
        else if (!hasError)
            windows.Add(OracleWindow.Parse(root, text, pair));
        return new OracleRow { Text = text, Pair = pair, Options = options, Error = hasError ? error.GetString() : null, Windows = windows };
    }

    private static TruncationStrategy Strategy(string name) => name switch
    {
        "longest_first" => TruncationStrategy.LongestFirst,
        "only_first" => TruncationStrategy.OnlyFirst,
        "only_second" => TruncationStrategy.OnlySecond,
        _ => throw new InvalidDataException(name),
    };
}
