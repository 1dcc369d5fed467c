using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Model;

/// <summary>One primitive value in JSON: text as a string, NaN and the infinities by name, all else as System.Text.Json has it.</summary>
internal static class ItemJson
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static JsonNode Write<T>(T value)
        => value is ReadOnlyMemory<char> text ? JsonValue.Create(text.ToString()) : JsonSerializer.SerializeToNode(value, Options);

    public static T Read<T>(JsonNode json)
    {
        try
        {
            return typeof(T) == typeof(ReadOnlyMemory<char>)
                ? (T)(object)json.Deserialize<string>(Options).AsMemory()
                : json.Deserialize<T>(Options);
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"The model file holds a value that is not a {typeof(T)}.", exception);
        }
    }
}
