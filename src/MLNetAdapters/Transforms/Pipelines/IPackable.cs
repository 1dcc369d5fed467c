using System.Text.Json;

namespace BertMLNet;

/// <summary>A transformer that a self-contained pipeline file can hold together with its model folder.</summary>
internal interface IPackable
{
    /// <summary>Names the transformer's type in the file.</summary>
    string Kind { get; }

    /// <summary>The model folder to pack.</summary>
    string ModelPath { get; }

    /// <summary>The transformer's options as JSON.</summary>
    JsonElement WriteOptions();
}
