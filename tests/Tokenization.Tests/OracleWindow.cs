using System.Text.Json;

namespace BertMLNet.Tokenization.Tests;

/// <summary>An encoding of the oracle, its offsets turned from code points into UTF-16 units.</summary>
internal sealed record OracleWindow(int[] Ids, int[] TypeIds, TokenOffset[] Offsets)
{
    public static OracleWindow Parse(JsonElement element, string text, string? pair)
    {
        int[] ids = Numbers(element.GetProperty("ids"));
        int[] typeIds = element.TryGetProperty("typeIds", out var types) ? Numbers(types) : new int[ids.Length];
        int[] flat = Numbers(element.GetProperty("offsets"));
        int[] first = UnitsOfCodePoints(text);
        int[] second = UnitsOfCodePoints(pair ?? "");
        var offsets = new TokenOffset[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            int[] units = typeIds[i] == 0 ? first : second;
            offsets[i] = new TokenOffset(units[flat[2 * i]], units[flat[2 * i + 1]]);
        }
        return new OracleWindow(ids, typeIds, offsets);
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

    private static int[] UnitsOfCodePoints(string text)
    {
        List<int> units = [0];
        foreach (var rune in text.EnumerateRunes())
            units.Add(units[^1] + rune.Utf16SequenceLength);
        return [.. units];
    }
}
