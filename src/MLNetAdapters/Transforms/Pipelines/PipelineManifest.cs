using System.Text.Json;

namespace BertMLNet;

/// <summary>What a self-contained pipeline file says of the transformers packed in it.</summary>
/// <param name="Transformers">The transformers.</param>
internal sealed record PipelineManifest(IReadOnlyList<PipelineManifest.Item> Transformers)
{
    /// <summary>One transformer.</summary>
    /// <param name="Position">Its place: indices in nested chains, joined by '/'; empty where it is the whole model.</param>
    /// <param name="Kind">Its type.</param>
    /// <param name="Folder">The number of its model folder in the file.</param>
    /// <param name="Options">Its options.</param>
    internal sealed record Item(string Position, string Kind, int Folder, JsonElement Options);
}
