using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>Chooses the graph of a model folder.</summary>
internal static class GraphFile
{
    private const string Plain = "onnx/model.onnx";
    private const string Optimized = "onnx/model_optimized.onnx";

    /// <summary>The path of the graph that the options name, or of the best one for the execution provider.</summary>
    /// <exception cref="BertMLNetException">There is no such graph.</exception>
    public static string Find(string folder, ScoringOptions options)
    {
        string[] candidates = options switch
        {
            { Graph: { } named } => [named],
            // The optimized graph is made of fused operators, which the other providers hand back to the CPU.
            { WantedProvider: ExecutionProvider.Cpu or ExecutionProvider.Cuda } => [Optimized, Plain],
            _ => [Plain],
        };
        foreach (string candidate in candidates)
        {
            string path = Path.Combine(folder, candidate);
            if (File.Exists(path))
                return path;
        }
        string wanted = Path.Combine(folder, candidates[^1]);
        throw new BertMLNetException(
            $"{wanted}: there is no such graph; write it with 'bertmlnet export --model {folder}'.");
    }
}
