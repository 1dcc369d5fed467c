using System.Runtime.InteropServices;
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
    /// <returns>To be waited for before the process ends: a library that is just being loaded would bring it down.</returns>
    public static Task Begin(string[] arguments) =>
        arguments is ["score" or "evaluate" or "serve", ..] ? Task.Run(OrtEnv.Instance) : Task.CompletedTask;
}

/// <summary>
/// ONNX Runtime's builds for Linux and macOS, from 1.29 on, keep a device's number and a database in the user's cache folder and send
/// what models are opened and how they run to their maker. A command that works on people's own texts and models does not.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>
    /// Turns it off for this process, unless the environment says something else. To be called before ONNX Runtime is loaded.
    /// </summary>
    public static void TurnOff()
    {
        // .NET's own copy of the environment is not what native libraries see. On Windows the system's settings decide.
        if (!OperatingSystem.IsWindows())
            _ = SetVariable(Switch, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
