using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>Chooses the graph of a model folder.</summary>
internal static class GraphFile
{
    /// <summary>The path of the graph that the options name, or of the best one for the execution provider.</summary>
    /// <exception cref="BertMLNetException">There is no such graph.</exception>
    public static string Find(ModelFolder folder, ScoringOptions options)
    {
        // The optimized graph is made of fused operators, which providers other than these hand back to the CPU.
        if (options is { Graph: null, WantedProvider: ExecutionProvider.Cpu or ExecutionProvider.Cuda })
            return folder.RequireOnnx();
        string path = options.Graph is { } named ? Path.Combine(folder.FolderPath, named) : folder.OnnxPath;
        return File.Exists(path)
            ? path
            : throw new BertMLNetException($"{path}: there is no such graph; write it with 'bertmlnet export --model {folder.FolderPath}'.");
    }
}
