using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Export;

/// <summary>ONNX Runtime's native library: the application brings it, as these libraries know its managed part alone.</summary>
internal static class NativeRuntime
{
    /// <summary>Looks whether the library is there; to be called before anything else of ONNX Runtime is used.</summary>
    /// <exception cref="BertMLNetException">It is not, or it cannot be loaded.</exception>
    public static void Require() => Require(() => new SessionOptions().Dispose());

    /// <summary>Tells a missing library from every other error of the first use.</summary>
    internal static void Require(Action firstUse)
    {
        try
        {
            firstUse();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new BertMLNetException(
                "ONNX Runtime's native library is missing or cannot be loaded; add the package Microsoft.ML.OnnxRuntime to the application, "
                + "or Microsoft.ML.OnnxRuntime.Gpu for CUDA.",
                exception);
        }
    }
}
