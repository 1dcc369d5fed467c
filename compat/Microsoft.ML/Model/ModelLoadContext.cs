using System.Text.Json.Nodes;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Model;

/// <summary>The place in a model file from which one model is read.</summary>
internal sealed class ModelLoadContext
{
    private const int MaxDepth = 32;

    private readonly ModelFile _file;
    private readonly string _folder;
    private readonly int _depth;

    public ModelLoadContext(ModelFile file, string folder, ComponentCatalog components, int depth = 0)
    {
        _file = file;
        _folder = folder;
        _depth = depth;
        Components = components;
        Check.That(depth <= MaxDepth, $"The model file nests models more than {MaxDepth} deep.");
    }

    public ComponentCatalog Components { get; }

    public JsonNode State { get; private set; }

    public ITransformer LoadModel(string name) => new ModelLoadContext(_file, $"{_folder}/{name}", Components, _depth + 1).Load();

    public ITransformer Load()
    {
        var model = _file.ReadJson($"{_folder}/{ModelFile.ModelEntry}");
        State = model["state"];
        return ModelKinds.LoaderOf(model.Text("kind"))(this);
    }
}
