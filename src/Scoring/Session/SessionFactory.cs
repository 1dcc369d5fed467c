using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>Opens a graph in ONNX Runtime on the execution provider that is asked for, or on the CPU where that is allowed.</summary>
internal static partial class SessionFactory
{
    /// <summary>The setting of the GPU's number, by which all of these providers know it.</summary>
    internal const string DeviceSetting = "device_id";

    /// <summary>Opens the graph of a model folder that suits the execution provider.</summary>
    /// <returns>The session, its graph's path, and the options that it was opened with: those for the CPU after a fallback.</returns>
    /// <exception cref="BertMLNetException">There is no such graph, or it or the provider cannot be used.</exception>
    public static (InferenceSession Session, string Path, ScoringOptions Options) Open(ModelFolder folder, ScoringOptions options)
    {
        string path = GraphFile.Find(folder, options);
        OnnxFile.Check(path);
        NativeRuntime.Require();
        ExecutionProvider provider = options.WantedProvider;
        try
        {
            return (OpenOn(provider, path, options), path, options);
        }
        catch (OnnxRuntimeException exception) when (provider == ExecutionProvider.Cpu)
        {
            throw new BertMLNetException(
                $"{path}: ONNX Runtime cannot load the graph: {FirstLine(exception.Message)}; export it again.", exception);
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

    private static InferenceSession OpenOn(ExecutionProvider provider, string path, ScoringOptions options)
    {
        using var session = new SessionOptions
        {
            IntraOpNumThreads = options.OperatorThreads,
            // Every batch has a shape of its own: a memory plan for each would only pile up.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
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
