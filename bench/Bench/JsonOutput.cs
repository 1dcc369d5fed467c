using System.Text.Json;

namespace BertMLNet.Bench;

/// <summary>Prints results.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = false };

    /// <summary>Prints one JSON object on one line.</summary>
    public static void Print(Dictionary<string, object?> result)
    {
        foreach (string name in result.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray())
            result.Remove(name);
        Console.WriteLine(JsonSerializer.Serialize(result, Options));
    }
}
