using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>What is said where TorchSharp's library cannot be loaded; the loader's words are those of .NET on Linux.</summary>
public sealed class TorchLibraryTests
{
    private const string Heading =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. If you're using glibc, consider setting the LD_DEBUG environment variable: \n"
        + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n";

    private const string Ending = "/app/libLibTorchSharp: cannot open shared object file: No such file or directory\n";

    [Fact]
    public void The_library_is_there_where_the_build_brings_one() => Assert.Null(TorchLibrary.Fault);

    [Theory]
    [InlineData("version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)")]
    [InlineData("Version »GLIBCXX_3.4.32« nicht gefunden (wird von /app/libLibTorchSharp.so benötigt)")]
    public void An_older_libstdcxx_is_named_with_the_version_wanted(string words)
    {
        string fault = TorchLibrary.FaultOf($"{Heading}/lib/x86_64-linux-gnu/libstdc++.so.6: {words}\n{Ending}", _ => "GLIBCXX_3.4.30");
        Assert.StartsWith(
            "TorchSharp's library asks for GLIBCXX_3.4.32, and this system's '/lib/x86_64-linux-gnu/libstdc++.so.6' goes up to GLIBCXX_3.4.30; ",
            fault, StringComparison.Ordinal);
        Assert.Contains("TorchSharpOnOlderLibstdcxx set to true", fault, StringComparison.Ordinal);
        Assert.Contains("onnxruntime", fault, StringComparison.Ordinal);
        Assert.Contains("newer distribution", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Theory]
    [InlineData(Heading + Ending, "TorchSharp finds no libtorch; add a package")]
    [InlineData(
        Heading + "libtorch.so: cannot open shared object file: No such file or directory\n" + Ending,
        "TorchSharp finds no libtorch (libtorch.so: cannot open shared object file: No such file or directory); add a package")]
    [InlineData(
        "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found. (0x8007007E)",
        "TorchSharp finds no libtorch; add a package")]
    public void A_missing_library_is_named_where_the_loader_names_one(string reasons, string expected)
    {
        string fault = TorchLibrary.FaultOf(reasons, _ => null);
        Assert.StartsWith(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Theory]
    [InlineData("linux-arm64")]
    [InlineData("osx-x64")]
    public void A_platform_without_a_library_is_told(string platform) =>
        Assert.Equal($"TorchSharp has no library for {platform}; train with ONNX Runtime on the CPU (option engine onnxruntime, option device cpu)", TorchLibrary.FaultOf(platform));

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("win-arm64")]
    [InlineData("osx-arm64")]
    public void Platforms_with_a_library_are_known(string platform) => Assert.Null(TorchLibrary.FaultOf(platform));

    [Fact]
    public void The_newest_version_is_the_one_with_the_largest_number()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["libstdc++.so.6"], "\0GLIBCXX_3.4\0GLIBCXX_3.4.30\0GLIBCXX_3.4.9\0GLIBCXX_TUNABLES\0");
        Assert.Equal("GLIBCXX_3.4.30", TorchLibrary.NewestVersion(folder["libstdc++.so.6"]));
        Assert.Null(TorchLibrary.NewestVersion(folder["none"]));
    }
}
