using System.Globalization;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>
/// Opens graphs in ONNX Runtime, on the execution provider that is asked for or on the CPU where that is allowed. It is the one place
/// that does: a file is checked before a runtime sees it.
/// </summary>
internal static partial class Sessions
{
    /// <summary>The setting of the GPU's number, by which all of these providers know it.</summary>
    internal const string DeviceSetting = "device_id";

    /// <summary>Options for a session, which tells errors alone and computes 8-bit products without saturation.</summary>
    /// <exception cref="BertMLNetException">ONNX Runtime's native library is not there.</exception>
    public static SessionOptions Options()
    {
        SessionOptions options = FirstUse(() => new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });
        // Processors without VNNI add two 8-bit products in 16 bits, which saturate; with this they give what the others give.
        options.AddSessionConfigEntry("session.x64quantprecision", "1");
        return options;
    }

    /// <summary>Looks whether ONNX Runtime's native library is there; to be called before anything else of ONNX Runtime is used.</summary>
    /// <exception cref="BertMLNetException">It is not, or it cannot be loaded.</exception>
    public static void RequireRuntime() => Options().Dispose();

    /// <summary>Tells a missing library, which the application has to bring, from every other error of the first use.</summary>
    internal static T FirstUse<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException)
        {
            throw new BertMLNetException(
                "ONNX Runtime's native library is missing or cannot be loaded; "
                + "add the package Microsoft.ML.OnnxRuntime to the application, or Microsoft.ML.OnnxRuntime.Gpu for CUDA.",
                exception);
        }
    }

    /// <summary>Opens a graph on the CPU, or on what the options name.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged, or ONNX Runtime cannot load the graph.</exception>
    public static InferenceSession Open(string path, SessionOptions options)
    {
        OnnxFile.Check(path);
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw CannotLoad(path, exception);
        }
    }

    /// <summary>Opens a graph that lies in memory.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot load the graph.</exception>
    public static InferenceSession Open(byte[] graph, SessionOptions options) => new(graph, options);

    /// <summary>Opens the graph of a model folder that suits the execution provider.</summary>
    /// <returns>The session, its graph's path, and the options that it was opened with: those for the CPU after a fallback.</returns>
    /// <exception cref="BertMLNetException">There is no such graph, or it or the provider cannot be used.</exception>
    public static (InferenceSession Session, string Path, ScoringOptions Options) Open(ModelFolder folder, ScoringOptions options)
    {
        string path = FindGraph(folder, options);
        OnnxFile.Check(path);
        using SessionOptions session = Options();
        ExecutionProvider provider = options.WantedProvider;
        try
        {
            return (OpenOn(provider, path, session, options), path, options);
        }
        catch (OnnxRuntimeException exception) when (provider == ExecutionProvider.Cpu)
        {
            throw CannotLoad(path, exception);
        }
        catch (Exception exception) when (provider != ExecutionProvider.Cpu && IsProviderFailure(exception))
        {
            string reason = FirstLine(exception.Message);
            if (!options.FallbackToCpu)
            {
                string device = WithDevice(options.ProviderOptions, options.GpuDeviceId).GetValueOrDefault(DeviceSetting, "0");
                throw new BertMLNetException(
                    $"{path}: the execution provider {provider} (device {device}) cannot be used: {reason}; "
                    + "install the ONNX Runtime package and driver that carry it, or allow the fallback to the CPU.",
                    exception);
            }
            if (options.Logger is { } logger)
                LogFallback(logger, path, provider, reason);
            return Open(folder, options with { Provider = ExecutionProvider.Cpu });
        }
    }

    /// <summary>The path of the graph that the options name, or of the best one for the execution provider.</summary>
    /// <exception cref="BertMLNetException">There is no such graph.</exception>
    private static string FindGraph(ModelFolder folder, ScoringOptions options)
    {
        // The optimized graph is made of fused operators, which providers other than these hand back to the CPU.
        if (options is { Graph: null, WantedProvider: ExecutionProvider.Cpu or ExecutionProvider.Cuda })
            return folder.RequireOnnx();
        string path = options.Graph is { } named ? Path.Combine(folder.FolderPath, named) : folder.OnnxPath;
        return File.Exists(path)
            ? path
            : throw new BertMLNetException(NoGraph(folder, path));
    }

    private static string NoGraph(ModelFolder folder, string path)
    {
        string[] present =
            [.. folder.GraphPaths.Where(File.Exists).Select(graph => Path.GetRelativePath(folder.FolderPath, graph).Replace('\\', '/'))];
        string precision = Path.GetFileName(path) switch
        {
            var name when name == Path.GetFileName(folder.QuantizedOnnxPath) => " --precision int8",
            var name when name == Path.GetFileName(folder.HalfPrecisionOnnxPath) => " --precision fp16",
            _ => "",
        };
        return present.Contains($"onnx/{Path.GetFileName(path)}") || precision.Length == 0 && present.Length > 0
            ? $"{path}: there is no such graph; name one by its path inside the folder: {string.Join(", ", present)}."
            : $"{path}: there is no such graph; write onnx/{Path.GetFileName(path)} with 'bertmlnet export --model {folder.FolderPath}{precision}'.";
    }

    private static BertMLNetException CannotLoad(string path, OnnxRuntimeException exception) =>
        new($"{path}: ONNX Runtime cannot load the graph: {FirstLine(exception.Message)}; export it again.", exception);

    private static InferenceSession OpenOn(ExecutionProvider provider, string path, SessionOptions session, ScoringOptions options)
    {
        session.IntraOpNumThreads = options.OperatorThreads;
        // Every batch has a shape of its own: a memory plan for each would only pile up.
        session.EnableMemoryPattern = false;
        Append(session, provider, options);
        options.ConfigureSession?.Invoke(session);
        return new InferenceSession(path, session);
    }

    private static void Append(SessionOptions session, ExecutionProvider provider, ScoringOptions options)
    {
        int device = options.GpuDeviceId ?? 0;
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                AppendCuda(session, device, options.ProviderOptions);
                break;
            case ExecutionProvider.TensorRt:
                using (var tensorRt = new OrtTensorRTProviderOptions())
                {
                    tensorRt.UpdateOptions(WithDevice(options.ProviderOptions, device));
                    session.AppendExecutionProvider_Tensorrt(tensorRt);
                }
                // On the same device; TensorRT's other settings are none of CUDA's.
                AppendCuda(session, device, options.ProviderOptions.Where(setting => setting.Key == DeviceSetting).ToDictionary());
                break;
            case ExecutionProvider.DirectML:
                // Where no GPU is named, DirectML chooses one by the preferences among its settings.
                session.AppendExecutionProvider("DML", WithDevice(options.ProviderOptions, options.GpuDeviceId));
                break;
            case ExecutionProvider.CoreML:
                session.AppendExecutionProvider("CoreML", new Dictionary<string, string>(options.ProviderOptions));
                break;
            default:
                break;
        }
    }

    /// <summary>Adds CUDA to a session's options: what ONNX Runtime was built with, or the provider's own library.</summary>
    internal static void AppendCuda(SessionOptions session, int device, IReadOnlyDictionary<string, string>? settings)
    {
        Dictionary<string, string> all = WithDevice(settings, device);
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(all);
            session.AppendExecutionProvider_CUDA(cuda);
        }
        catch (OnnxRuntimeException) when (CudaLibrary.Exists)
        {
            CudaLibrary.Append(session, all);
        }
    }

    /// <summary>
    /// A provider's settings with the GPU's number, for all providers alike: their own <c>device_id</c> comes first, then
    /// <paramref name="device"/>. Without either the provider chooses.
    /// </summary>
    internal static Dictionary<string, string> WithDevice(IReadOnlyDictionary<string, string>? settings, int? device)
    {
        Dictionary<string, string> all = settings is null ? [] : new(settings);
        if (device is { } number)
            all.TryAdd(DeviceSetting, number.ToString(CultureInfo.InvariantCulture));
        return all;
    }

    /// <summary>
    /// A provider's library, its dependencies or its device may be missing; a native library built without the provider
    /// lacks the very entry point.
    /// </summary>
    internal static bool IsProviderFailure(Exception exception) =>
        exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or BertMLNetException;

    internal static string FirstLine(string message)
    {
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).TrimEnd(' ', '.');
    }

    [LoggerMessage(LogLevel.Warning, "{Path}: scoring on the CPU, since the execution provider {Provider} cannot be used: {Reason}")]
    private static partial void LogFallback(ILogger logger, string path, ExecutionProvider provider, string reason);
}

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
