using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Recognises ONNX: a file named <c>*.onnx</c>, or a folder that holds <c>onnx/model.onnx</c> or <c>model.onnx</c>.</summary>
public sealed class OnnxCheckpointFormat : ICheckpointFormat
{
    /// <inheritdoc/>
    public string Files => "model.onnx";

    /// <inheritdoc/>
    public ICheckpoint? TryOpen(string path)
    {
        string[] candidates = Directory.Exists(path)
            ? [Path.Combine(path, "onnx", Files), Path.Combine(path, Files)]
            : path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? [path] : [];
        return Array.Find(candidates, File.Exists) is { } file ? OnnxCheckpoint.Open(file) : null;
    }
}
