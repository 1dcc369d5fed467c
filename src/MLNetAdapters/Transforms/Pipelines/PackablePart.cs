using System.Text.Json;

namespace BertMLNet;

/// <summary>A transformer of ours in a model, and what a self-contained pipeline file keeps of it.</summary>
/// <param name="Position">Its place in the model; see <see cref="PipelineManifest.Item"/>.</param>
/// <param name="Kind">Names its type in the file.</param>
/// <param name="ModelPath">The model folder to pack.</param>
/// <param name="Options">Its options.</param>
internal sealed record PackablePart(string Position, string Kind, string ModelPath, JsonElement Options);
