using System.Text.Json;

namespace BertMLNet;

/// <summary>A JSON file with an object in it.</summary>
internal sealed class JsonFile : IDisposable
{
    private readonly JsonDocument _document;

    private JsonFile(string path, JsonDocument document)
    {
        _document = document;
        Root = new JsonPart(document.RootElement, path, "");
        if (Root.Kind != JsonValueKind.Object)
            throw Root.Error("an object { … } is expected");
    }

    public JsonPart Root { get; }

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read, is too large, or is not JSON.</exception>
    public static JsonFile Read(string path, int limit)
    {
        var bytes = BoundedFile.Read(path, limit);
        try
        {
            return new JsonFile(path, JsonDocument.Parse(bytes));
        }
        catch (JsonException exception)
        {
            string place = $"{path}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            throw new BertMLNetException($"{place}: not valid JSON; copy the file anew", exception);
        }
    }

    public static JsonFile? ReadIfPresent(string path, int limit) => File.Exists(path) ? Read(path, limit) : null;

    public void Dispose() => _document.Dispose();
}
