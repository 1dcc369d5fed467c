using System.Text.Json;

namespace BertMLNet;

/// <summary>A value in a JSON file that knows where it stands, so that errors can say so.</summary>
internal sealed class JsonPart(JsonElement element, string file, string path)
{
    private readonly JsonElement _element = element;
    private readonly string _file = file;
    private readonly string _path = path;

    public JsonValueKind Kind => _element.ValueKind;

    /// <summary>How many names an object has.</summary>
    public int MemberCount =>
        Kind == JsonValueKind.Object ? _element.GetPropertyCount() : throw Error("an object { … } is expected");

    /// <summary>The value under a name; <see langword="null"/> where it is absent or JSON's null.</summary>
    public JsonPart? this[string name] =>
        TryGet(name, out var value) && value.ValueKind != JsonValueKind.Null ? Child(name, value) : null;

    /// <summary>Whether the name is there, be it with JSON's null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>The error that <paramref name="message"/> is true of this value.</summary>
    public BertMLNetException Error(string message, Exception? inner = null)
    {
        string text = _path.Length == 0 ? $"{_file}: {message}" : $"{_file}: {_path}: {message}";
        return inner is null ? new BertMLNetException(text) : new BertMLNetException(text, inner);
    }

    public string? String(string name) => this[name] is { } value ? value.AsString() : null;

    public bool? Boolean(string name) => this[name] is not { } value ? null : value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw value.Error("true or false is expected"),
    };

    public int? Integer(string name) => this[name] is { } value ? value.AsInteger() : null;

    public int AsInteger() =>
        Kind == JsonValueKind.Number && _element.TryGetInt32(out int number) ? number : throw Error("a whole number is expected");

    public string AsString()
    {
        if (Kind != JsonValueKind.String)
            throw Error("a text is expected");
        try
        {
            return _element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw Error("the text is not valid Unicode", exception);
        }
    }

    public List<JsonPart> Items()
    {
        if (Kind != JsonValueKind.Array)
            throw Error("a list [ … ] is expected");
        var items = new List<JsonPart>();
        foreach (var item in _element.EnumerateArray())
            items.Add(new JsonPart(item, _file, $"{_path}[{items.Count}]"));
        return items;
    }

    /// <summary>The names and values of an object.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Members()
    {
        if (Kind != JsonValueKind.Object)
            throw Error("an object { … } is expected");
        var members = _element.EnumerateObject();
        while (members.MoveNext())
        {
            string name;
            try
            {
                name = members.Current.Name;
            }
            catch (InvalidOperationException exception)
            {
                throw Error("a name in the object is not valid Unicode", exception);
            }
            yield return (name, members.Current.Value);
        }
    }

    /// <summary>The same, each value with its place.</summary>
    public IEnumerable<(string Name, JsonPart Value)> Children() =>
        Members().Select(member => (member.Name, Child(member.Name, member.Value)));

    private JsonPart Child(string name, JsonElement value) => new(value, _file, _path.Length == 0 ? name : $"{_path}.{name}");

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        // Invalid UTF-16 escapes are found only when a name is decoded.
        try
        {
            return Kind == JsonValueKind.Object && _element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException exception)
        {
            throw Error("a name in the object is not valid Unicode", exception);
        }
    }
}
