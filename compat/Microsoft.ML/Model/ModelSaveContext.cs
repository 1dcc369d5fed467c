using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Model;

namespace Microsoft.ML;

/// <summary>The place in a model file where one model writes itself. As in ML.NET, an outside library can only hand it on.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _folder;
    private bool _written;

    internal ModelSaveContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
    }

    public void Dispose()
    {
    }

    /// <summary>Lets a model write itself, and checks that it has.</summary>
    internal static void SaveModel(ZipArchive archive, ICanSaveModel model, string folder)
    {
        using var context = new ModelSaveContext(archive, folder);
        model.Save(context);
        // What an outside transformer that writes nothing gets.
        Check.That(context._written, "ModelSignature not specified!");
    }

    /// <summary>Saves an inner model in a folder beneath this one.</summary>
    internal void SaveModel(ICanSaveModel model, string name) => SaveModel(_archive, model, $"{_folder}/{name}");

    /// <summary>Writes this model: its kind, and the state that its loader reads.</summary>
    internal void Write(string kind, JsonObject state)
    {
        Check.That(!_written, $"'{_folder}' already holds a model.");
        _written = true;
        using var stream = _archive.CreateEntry($"{_folder}/{ModelFile.ModelEntry}").Open();
        using var writer = new Utf8JsonWriter(stream);
        new JsonObject { ["kind"] = kind, ["state"] = state }.WriteTo(writer);
    }
}
