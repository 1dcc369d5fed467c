using System.Text.Json;

namespace BertMLNet;

/// <summary>Typed reads of a JSON object's fields; an error names the file and the field.</summary>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;

    public JsonFields(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new BertMLNetException($"{source}: expected a JSON object, found {element.ValueKind.ToString().ToLowerInvariant()}.");
        _object = element;
        Source = source;
    }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>Parses UTF-8 JSON; an error names the file and the line.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException exception)
        {
            throw new BertMLNetException($"{source}, line {exception.LineNumber + 1}: not valid JSON.", exception);
        }
    }

    /// <summary>Finds a field that is there and not null.</summary>
    public bool TryGet(string name, out JsonElement value)
    {
        // Invalid UTF-16 escapes are found only when a string is decoded.
        try
        {
            return _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException($"{Source}: a field name is not valid text.", exception);
        }
    }

    public int RequireInt32(string name) =>
        Int32(name) ?? throw new BertMLNetException($"{Source}: the field \"{name}\" is missing.");

    public int Int32(string name, int absent) => Int32(name) ?? absent;

    public int? Int32(string name)
    {
        if (!TryGet(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw Wrong(name, value, "a whole number");
    }

    public float? Single(string name)
    {
        if (!TryGet(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a number");
    }

    public double? Double(string name)
    {
        if (!TryGet(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a number");
    }

    public bool? Boolean(string name)
    {
        if (!TryGet(name, out JsonElement value))
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "true or false");
    }

    public string? Text(string name)
    {
        if (!TryGet(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? Text(name, value) : throw Wrong(name, value, "a string");
    }

    /// <summary>The text of a string or number that belongs to field <paramref name="name"/>.</summary>
    public string Text(string name, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException($"{Source}: \"{name}\" is not valid text.", exception);
        }
    }

    public BertMLNetException Wrong(string name, JsonElement value, string expected)
    {
        string found = value.GetRawText().ReplaceLineEndings(" ");
        return new($"{Source}: \"{name}\" is {(found.Length > 60 ? found[..60] + "…" : found)}, expected {expected}.");
    }
}
