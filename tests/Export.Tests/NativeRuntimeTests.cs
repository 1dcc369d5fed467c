using BertMLNet.Modeling;

namespace BertMLNet.Export.Tests;

/// <summary>What is said where ONNX Runtime's native library is missing.</summary>
public sealed class NativeRuntimeTests
{
    public static TheoryData<Exception> Missing =>
    [
        new DllNotFoundException("Unable to load shared library 'onnxruntime'.\nlibonnxruntime.so: no such file"),
        new TypeInitializationException("NativeMethods", new DllNotFoundException()),
        new EntryPointNotFoundException(),
        new BadImageFormatException(),
    ];

    [Theory]
    [MemberData(nameof(Missing), DisableDiscoveryEnumeration = true)]
    public void A_missing_library_is_told_in_one_line_with_the_packages_that_bring_it(Exception cause)
    {
        BertMLNetException error = Assert.Throws<BertMLNetException>(() => NativeRuntime.Require(() => throw cause));
        Assert.Same(cause, error.InnerException);
        Assert.Contains("Microsoft.ML.OnnxRuntime to the application, or Microsoft.ML.OnnxRuntime.Gpu for CUDA", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_error_stays_what_it_is() =>
        Assert.Throws<InvalidOperationException>(() => NativeRuntime.Require(() => throw new InvalidOperationException()));

    [Fact]
    public void A_library_that_is_there_is_enough() => NativeRuntime.Require();
}
