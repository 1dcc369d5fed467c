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
    private const string DeviceSetting = "device_id";

    private static readonly Lock Gate = new();

    private static string FilePath => Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so");

    /// <summary>Whether the library is there.</summary>
    public static bool Exists => File.Exists(FilePath);

    /// <summary>Adds CUDA to a session's options.</summary>
    /// <param name="session">The options.</param>
    /// <param name="device">The GPU's number.</param>
    /// <param name="settings">CUDA's own settings by name.</param>
    /// <exception cref="OnnxRuntimeException">The library cannot be loaded, most often because CUDA's own are missing.</exception>
    /// <exception cref="BertMLNetException">There is no such GPU.</exception>
    public static void Append(SessionOptions session, int device, IReadOnlyDictionary<string, string> settings)
    {
        OrtEnv environment = OrtEnv.Instance();
        OrtEpDevice[] devices = Devices(environment);
        if (device < 0 || device >= devices.Length)
        {
            throw new BertMLNetException(
                $"there is no GPU {device.ToString(CultureInfo.InvariantCulture)}: CUDA sees {devices.Length.ToString(CultureInfo.InvariantCulture)}");
        }
        // The device says its own number.
        var own = settings.Where(setting => setting.Key != DeviceSetting).ToDictionary();
        session.AppendExecutionProvider(environment, [devices[device]], own);
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
