using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Cli;

/// <summary>
/// Loads ONNX Runtime's library, a fifth of a cold start, while the command line is read and the model's small files are.
/// </summary>
internal static class RuntimeLoading
{
    /// <summary>
    /// Begins it where the arguments are those of a command that scores. Where the library cannot be loaded, opening the graph says so.
    /// </summary>
    public static void Begin(string[] arguments)
    {
        if (arguments is ["score" or "evaluate", ..])
            _ = Task.Run(OrtEnv.Instance);
    }
}
