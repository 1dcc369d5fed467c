using System.Text.Json.Nodes;

namespace Microsoft.ML.Model;

/// <summary>Reads the fields of a model's state, with one clear error when they are not there.</summary>
internal static class JsonExtensions
{
    public static JsonArray ToJson(this IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    public static string Text(this JsonNode node, string name) => Read<string>(node, name);

    public static bool Flag(this JsonNode node, string name) => Read<bool>(node, name);

    public static T Read<T>(this JsonNode node, string name)
        => node is JsonObject @object && @object[name] is JsonValue value && value.TryGetValue(out T result) ? result : throw Invalid(name);

    public static JsonNode[] Items(this JsonNode node, string name)
        => node is JsonObject @object && @object[name] is JsonArray array ? [.. array] : throw Invalid(name);

    public static string[] Texts(this JsonNode node, string name)
        => [.. node.Items(name).Select(item => item is JsonValue value && value.TryGetValue(out string text) ? text : throw Invalid(name))];

    private static InvalidOperationException Invalid(string name) => new($"The model file's field '{name}' is missing or of another type.");
}
