using System.Runtime.InteropServices;

namespace BertMLNet.Cli;

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
