using System.Globalization;
using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>
/// CUDA for an ONNX Runtime that was built without it: the provider's own library, where it lies beside the application,
/// is registered with ONNX Runtime as a plug-in.
/// </summary>
internal static class CudaLibrary
{
    private const string ProviderName = "CUDAExecutionProvider";

    private static readonly Lock Gate = new();

    private static string FilePath => Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so");

    /// <summary>Whether the library is there.</summary>
    public static bool Exists => File.Exists(FilePath);

    /// <summary>Adds CUDA to a session's options.</summary>
    /// <param name="session">The options.</param>
    /// <param name="settings">CUDA's own settings by name, the GPU's number among them; without it, the first GPU is taken.</param>
    /// <exception cref="OnnxRuntimeException">The library cannot be loaded, most often because CUDA's own are missing.</exception>
    /// <exception cref="BertMLNetException">There is no such GPU.</exception>
    public static void Append(SessionOptions session, IReadOnlyDictionary<string, string> settings)
    {
        OrtEnv environment = OrtEnv.Instance();
        OrtEpDevice[] devices = Devices(environment);
        int device = DeviceOf(settings, devices.Length);
        // The device says its own number.
        var own = settings.Where(setting => setting.Key != Sessions.DeviceSetting).ToDictionary();
        session.AppendExecutionProvider(environment, [devices[device]], own);
    }

    /// <summary>The number of the GPU that the settings ask for.</summary>
    /// <exception cref="BertMLNetException">There is no such GPU.</exception>
    internal static int DeviceOf(IReadOnlyDictionary<string, string> settings, int devices)
    {
        string asked = settings.GetValueOrDefault(Sessions.DeviceSetting, "0");
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int device) && device < devices
            ? device
            : throw new BertMLNetException($"there is no GPU {asked}: CUDA sees {devices.ToString(CultureInfo.InvariantCulture)}");
    }

    private static OrtEpDevice[] Devices(OrtEnv environment)
    {
        // ONNX Runtime's environment is one a process and refuses a library that it knows already.
        lock (Gate)
        {
            OrtEpDevice[] known = Known(environment);
            if (known.Length > 0)
                return known;
            environment.RegisterExecutionProviderLibrary(ProviderName, FilePath);
            return Known(environment);
        }
    }

    private static OrtEpDevice[] Known(OrtEnv environment) =>
        [.. environment.GetEpDevices().Where(device => device.EpName == ProviderName)];
}
