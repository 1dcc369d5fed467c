using System.Text.Json;

namespace BertMLNet;

/// <summary>A JSON document with an object in it, or whatever else is asked for.</summary>
internal sealed class JsonFile : IDisposable
{
    private readonly JsonDocument _document;

    private JsonFile(string name, JsonDocument document, JsonValueKind root)
    {
        _document = document;
        Root = new JsonPart(document.RootElement, name);
        if (Root.Kind != root)
            throw Root.Error($"expected a JSON {Name(root)}, found {Name(Root.Kind)}");
    }

    public JsonPart Root { get; }

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read, is too large, or is not JSON.</exception>
    public static JsonFile Read(string path, long limit) => Parse(SmallFile.Read(path, limit), path);

    /// <summary>The same; null where there is no such file.</summary>
    public static JsonFile? ReadIfPresent(string path, long limit) => File.Exists(path) ? Read(path, limit) : null;

    /// <summary>Parses UTF-8 text.</summary>
    /// <param name="json">The text; a byte order mark, which some editors write, is passed over.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    /// <param name="asEdited">Takes comments and commas at the end, as files have that people edit.</param>
    /// <param name="root">What the whole is.</param>
    /// <exception cref="BertMLNetException">It is not JSON, or no object.</exception>
    public static JsonFile Parse(
        ReadOnlyMemory<byte> json, string name, bool asEdited = false, JsonValueKind root = JsonValueKind.Object)
    {
        if (json.Span.StartsWith(System.Text.Encoding.UTF8.Preamble))
            json = json[3..];
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions
            {
                AllowTrailingCommas = asEdited,
                CommentHandling = asEdited ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            });
            return new JsonFile(name, document, root);
        }
        catch (JsonException exception)
        {
            string place = $"{name}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            throw new BertMLNetException($"{place}: not valid JSON; mend it or copy it anew.", exception);
        }
        catch (BertMLNetException)
        {
            document?.Dispose();
            throw;
        }
    }

    public void Dispose() => _document.Dispose();

    private static string Name(JsonValueKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>A value in a JSON document that knows where it stands, so that errors can say so.</summary>
internal sealed class JsonPart
{
    private const int MostShown = 60;

    private readonly JsonElement _element;
    private readonly string _file;
    private readonly JsonPart? _parent;
    private readonly string _name;

    /// <summary>The whole of a document.</summary>
    /// <param name="element">The value.</param>
    /// <param name="file">The document, for messages.</param>
    /// <param name="place">Where in a larger document it stands.</param>
    public JsonPart(JsonElement element, string file, string place = "")
        : this(element, file, parent: null, place)
    {
    }

    private JsonPart(JsonElement element, string file, JsonPart? parent, string name) =>
        (_element, _file, _parent, _name) = (element, file, parent, name);

    public JsonValueKind Kind => _element.ValueKind;

    public string RawText => _element.GetRawText();

    /// <summary>How many names an object has, or values a list.</summary>
    public int MemberCount => Kind switch
    {
        JsonValueKind.Object => _element.GetPropertyCount(),
        JsonValueKind.Array => _element.GetArrayLength(),
        _ => throw Wrong("an object { … }"),
    };

    /// <summary>The value under a name; <see langword="null"/> where it is absent or JSON's null.</summary>
    public JsonPart? this[string name] =>
        TryGet(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Child(name, value) : null;

    /// <summary>The value under a name that must be there.</summary>
    public JsonPart Required(string name) => this[name] ?? throw Missing(name);

    /// <summary>Whether the name is there, be it with JSON's null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>This value as the whole of something, which messages call <paramref name="name"/>.</summary>
    public JsonPart As(string name) => new(_element, name);

    /// <summary>The error that <paramref name="message"/> is true of this value.</summary>
    public BertMLNetException Error(string message, Exception? inner = null)
    {
        string text = $"{Location}: {message}.";
        return inner is null ? new BertMLNetException(text) : new BertMLNetException(text, inner);
    }

    /// <summary>The error that this value is not what was expected.</summary>
    public BertMLNetException Wrong(string expected)
    {
        string found = RawText.ReplaceLineEndings(" ");
        return Error($"{expected} is expected, not {(found.Length > MostShown ? found[..MostShown] + "…" : found)}");
    }

    /// <summary>The error that a name is missing.</summary>
    public BertMLNetException Missing(string name) =>
        Kind == JsonValueKind.Object ? Error($"the field \"{name}\" is missing") : Wrong("an object { … }");

    /// <summary>The text under a name; null where there is none.</summary>
    public string? String(string name) => this[name]?.AsString();

    /// <summary>The truth value under a name; null where there is none.</summary>
    public bool? Boolean(string name) => this[name] is not { } value ? null : value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw value.Wrong("true or false"),
    };

    /// <summary>The whole number under a name; null where there is none.</summary>
    public int? Integer(string name) => this[name]?.AsInteger();

    /// <summary>The finite number under a name; null where there is none.</summary>
    public double? Double(string name)
    {
        if (this[name] is not { } value)
            return null;
        return value.Kind == JsonValueKind.Number && value._element.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw value.Wrong("a number");
    }

    /// <summary>The same in single precision, which not every number fits.</summary>
    public float? Single(string name) => this[name]?.AsSingle();

    /// <summary>A finite number in single precision.</summary>
    public float AsSingle() =>
        Kind == JsonValueKind.Number && _element.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Wrong("a number");

    /// <summary>A whole number of up to 32 bits.</summary>
    public int AsInteger() =>
        Kind == JsonValueKind.Number && _element.TryGetInt32(out int number) ? number : throw Wrong("a whole number");

    /// <summary>A whole number; null where it is none or too large.</summary>
    public long? AsLong() => Kind == JsonValueKind.Number && _element.TryGetInt64(out long number) ? number : null;

    public string AsString()
    {
        if (Kind != JsonValueKind.String)
            throw Wrong("a text");
        try
        {
            return _element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw Error("the text is not valid Unicode; mend the file's encoding", exception);
        }
    }

    public IReadOnlyList<JsonPart> Items()
    {
        if (Kind != JsonValueKind.Array)
            throw Wrong("a list [ … ]");
        var items = new List<JsonPart>(_element.GetArrayLength());
        foreach (JsonElement item in _element.EnumerateArray())
            items.Add(Child($"[{items.Count}]", item));
        return items;
    }

    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (Kind != JsonValueKind.Object)
            throw Wrong("an object { … }");
        JsonElement.ObjectEnumerator members = _element.EnumerateObject();
        while (members.MoveNext())
        {
            string name;
            try
            {
                name = members.Current.Name;
            }
            catch (InvalidOperationException exception)
            {
                throw Error("a name in the object is not valid Unicode; mend the file's encoding", exception);
            }
            yield return (name, Child(name, members.Current.Value));
        }
    }

    /// <summary>The document and the value's place in it.</summary>
    public string Location => Place is { Length: > 0 } place ? $"{_file}: {place}" : _file;

    /// <summary>The value's place; empty for the whole. It is put together for messages alone: a vocabulary has many values.</summary>
    private string Place => _parent is null ? _name
        : _parent.Place.Length == 0 || _name.StartsWith('[') && _parent.Kind == JsonValueKind.Array ? _parent.Place + _name
        : $"{_parent.Place}.{_name}";

    private JsonPart Child(string name, JsonElement value) => new(value, _file, this, name);

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
            throw Error("a name in the object is not valid Unicode; mend the file's encoding", exception);
        }
    }
}
