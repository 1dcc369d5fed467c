using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>Opens a graph in ONNX Runtime on the execution provider that is asked for, or on the CPU where that is allowed.</summary>
internal static partial class SessionFactory
{
    /// <summary>Opens the graph of a model folder that suits the execution provider.</summary>
    /// <returns>The session, its graph's path, and the options that it was opened with: those for the CPU after a fallback.</returns>
    /// <exception cref="BertMLNetException">There is no such graph, or it or the provider cannot be used.</exception>
    public static (InferenceSession Session, string Path, ScoringOptions Options) Open(ModelFolder folder, ScoringOptions options)
    {
        string path = GraphFile.Find(folder, options);
        OnnxFile.Check(path);
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
                throw new BertMLNetException(
                    $"{path}: the execution provider {provider} (device {options.GpuDeviceId ?? 0}) cannot be used: {reason}; "
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
                AppendCuda(session, device, settings: null);
                break;
            case ExecutionProvider.DirectML:
                session.AppendExecutionProvider_DML(device);
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
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(WithDevice(settings, device));
            session.AppendExecutionProvider_CUDA(cuda);
        }
        catch (OnnxRuntimeException) when (CudaLibrary.Exists)
        {
            CudaLibrary.Append(session, device, settings ?? new Dictionary<string, string>());
        }
    }

    private static Dictionary<string, string> WithDevice(IReadOnlyDictionary<string, string>? settings, int device)
    {
        var all = new Dictionary<string, string> { ["device_id"] = device.ToString(CultureInfo.InvariantCulture) };
        foreach ((string name, string value) in settings ?? new Dictionary<string, string>())
            all[name] = value;
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
