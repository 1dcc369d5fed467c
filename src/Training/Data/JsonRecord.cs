using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>A JSON object whose fields are asked for by name and type; errors say where it stands.</summary>
internal readonly struct JsonRecord
{
    private readonly JsonElement _element;
    private readonly string _prefix;
    private readonly string _path;

    /// <summary>Wraps an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="prefix">Where its document comes from, for messages.</param>
    /// <param name="path">Its JSON path.</param>
    /// <remarks>Where it is none, the first field asked for is an error that says so.</remarks>
    public JsonRecord(JsonElement element, string prefix, string path) => (_element, _prefix, _path) = (element, prefix, path);

    /// <summary>File and JSON path; the file, or its line, alone for the whole of it.</summary>
    public string Location => _path == "$" ? _prefix.TrimEnd(' ', ':') : _prefix + _path;

    /// <summary>Whether there is such a field with a value other than null.</summary>
    public bool Has(string field) => TryGet(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A field's type.</summary>
    public JsonValueKind Kind(string field) => Field(field).ValueKind;

    /// <summary>A text.</summary>
    public string Text(string field) => TextOf(Field(field), Place(field));

    /// <summary>A whole number.</summary>
    public int Integer(string field) => IntegerOf(Field(field), Place(field));

    /// <summary>A truth value; null where there is none.</summary>
    public bool? OptionalFlag(string field)
    {
        if (!Has(field))
            return null;
        JsonElement value = Field(field);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(value, Place(field), "true or false");
    }

    /// <summary>The id, a text or a number.</summary>
    public string Id()
    {
        JsonElement value = Field("id");
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : TextOf(value, Place("id"));
    }

    /// <summary>The id, where there is one.</summary>
    public string? OptionalId() => Has("id") ? Id() : null;

    /// <summary>An object.</summary>
    public JsonRecord Object(string field) => new(Field(field), _prefix, $"{_path}.{field}");

    /// <summary>An array of objects.</summary>
    public IEnumerable<JsonRecord> Array(string field)
    {
        (string prefix, string path) = (_prefix, _path);
        return Elements(field).Select(
            (element, index) => new JsonRecord(element, prefix, string.Create(CultureInfo.InvariantCulture, $"{path}.{field}[{index}]")));
    }

    /// <summary>An array of texts.</summary>
    public string[] Texts(string field)
    {
        string place = Place(field);
        return [.. Elements(field).Select((element, i) => TextOf(element, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]")))];
    }

    /// <summary>An array of whole numbers.</summary>
    public int[] Integers(string field)
    {
        string place = Place(field);
        return [.. Elements(field).Select((element, i) => IntegerOf(element, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]")))];
    }

    /// <summary>The error that a field is missing.</summary>
    public BertMLNetException Missing(string field) => new($"{Location}: '{field}' is missing.");

    private JsonElement Field(string name) => TryGet(name, out JsonElement value) ? value : throw Missing(name);

    /// <summary>Finds a field. Escapes that are no characters come to light only when names are compared.</summary>
    private bool TryGet(string name, out JsonElement value)
    {
        if (_element.ValueKind != JsonValueKind.Object)
            throw new BertMLNetException($"{Location}: an object was expected, not {Describe(_element)}.");
        try
        {
            return _element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException($"{Location}: a field's name is not valid text; mend the file's encoding.", exception);
        }
    }

    private JsonElement.ArrayEnumerator Elements(string field)
    {
        JsonElement value = Field(field);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(value, Place(field), "an array");
    }

    private string Place(string field) => $"{_prefix}{_path}.{field}";

    private static string TextOf(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(value, place, "a text");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException(
                $"{place}: half of a surrogate pair, or bytes that are not UTF-8, stand in this text; mend the file's encoding.",
                exception);
        }
    }

    private static int IntegerOf(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(value, place, "a whole number");

    private static BertMLNetException Wrong(JsonElement value, string place, string expected) =>
        new($"{place}: {expected} was expected, not {Describe(value)}.");

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "the number " + value.GetRawText(),
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };
}
