using BertMLNet.Scoring;

namespace BertMLNet.Tests;

/// <summary>The libraries know ONNX Runtime's managed part alone: an application that forgot the native one is told so.</summary>
public sealed class NativeRuntimeTests
{
    [Fact]
    public void A_native_library_that_is_missing_is_an_error_of_one_line_that_names_the_package()
    {
        foreach (Exception cause in (Exception[])[new TypeInitializationException("NativeMethods", new DllNotFoundException()), new BadImageFormatException()])
        {
            string message = Assert.Throws<BertMLNetException>(() => Sessions.FirstUse<int>(() => throw cause)).Message;
            Assert.Contains("Microsoft.ML.OnnxRuntime", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
        Assert.Throws<InvalidOperationException>(() => Sessions.FirstUse<int>(() => throw new InvalidOperationException()));
        Sessions.RequireRuntime();
    }
}
