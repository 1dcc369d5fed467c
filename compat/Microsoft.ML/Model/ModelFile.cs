using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Model;

/// <summary>
/// A model file: a zip in which each model is one JSON entry. Only this library's own kinds are created from it, and
/// nothing in it names a type. Entries it does not know are ignored.
/// </summary>
internal sealed class ModelFile : IDisposable
{
    public const string ModelEntry = "Model.key";
    public const string TransformerFolder = "TransformerChain";
    public const string SchemaEntry = "Schema";
    public const string VersionEntry = "TrainingInfo/Version.txt";

    /// <summary>More than any pipeline's state, and little enough to hold in memory.</summary>
    private const int MaxEntryBytes = 64 << 20;

    private readonly ZipArchive _archive;

    public ModelFile(Stream stream)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException exception)
        {
            throw NotAModel("it is not a zip archive", exception);
        }
    }

    public bool Has(string entry) => _archive.GetEntry(entry) is not null;

    public JsonNode ReadJson(string name)
    {
        var entry = _archive.GetEntry(name) ?? throw NotAModel($"entry '{name}' is missing");
        if (entry.Length > MaxEntryBytes)
            throw NotAModel($"entry '{name}' is larger than {MaxEntryBytes} bytes");
        try
        {
            using var stream = entry.Open();
            // A zip's stated sizes can lie: what is read is bounded too.
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return JsonNode.Parse(bytes) ?? throw NotAModel($"entry '{name}' is empty");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or EndOfStreamException)
        {
            throw NotAModel($"entry '{name}' cannot be read", exception);
        }
    }

    public void Dispose() => _archive.Dispose();

    private static InvalidOperationException NotAModel(string why, Exception inner = null)
        => new($"Could not load the model: {why}. A model saved by another implementation of ML.NET must be loaded by that one.", inner);
}
