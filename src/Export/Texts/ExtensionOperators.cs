using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Export;

/// <summary>The operators of onnxruntime-extensions, which graphs with a tokenizer inside need.</summary>
public static class ExtensionOperators
{
    /// <summary>Makes the operators known to sessions opened with these options.</summary>
    /// <exception cref="BertMLNetException">The library is not beside the program.</exception>
    public static void Register(SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Register(options.RegisterOrtExtensions);
    }

    /// <summary>Says what is missing where the registration fails.</summary>
    internal static void Register(Action register)
    {
        try
        {
            register();
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BertMLNetException(
                "The native library 'ortextensions' of onnxruntime-extensions cannot be loaded, which a graph with a tokenizer inside needs; "
                + "add the package Microsoft.ML.OnnxRuntime.Extensions to the program.",
                exception);
        }
    }
}
