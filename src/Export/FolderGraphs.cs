using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Writes the graphs of a model folder where a model is imported; see <see cref="OnnxExporter.ExportFolder"/>.</summary>
public sealed class FolderGraphs : IGraphWriter
{
    /// <inheritdoc/>
    public void RequireRoom(IReadOnlyList<ParameterSpec> parameters, string path) =>
        OnnxExporter.CheckSize(parameters, GraphPrecision.Single, path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Write(
        IParameterSource parameters, ModelFolder folder, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return OnnxExporter.HasGraph(parameters.Head) ? OnnxExporter.ExportFolder(parameters, folder, progress, cancellationToken) : [];
    }
}
