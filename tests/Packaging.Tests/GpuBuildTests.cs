using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>The build with ONNX Runtime's CUDA provider, which is a download of some hundred megabytes.</summary>
public sealed class GpuBuildTests
{
    private const string OptIn = "BERTMLNET_GPU_RESTORE";

    [Fact]
    public async Task The_command_builds_with_onnx_runtime_for_cuda_alone()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(OptIn) == "1", $"ONNX Runtime for CUDA is a large download; {OptIn}=1 takes it.");
        using var folder = new TemporaryFolder();

        DotNetRun run = await DotNetRun.Of(
            Repository.Root, [], "build", "src/Cli", "-c", "Release", "-p:UseGpu=true", "-p:TorchDevice=none",
            $"-p:ArtifactsPath={folder["artifacts"]}", "-p:RunAnalyzers=false", "-tl:off");

        Assert.Contains("0 Warning(s)", run.Succeeded().Output, StringComparison.Ordinal);
        string[] files = [.. Directory.EnumerateFiles(folder["artifacts/bin/BertMLNet.Cli"], "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))];
        Assert.All(["libonnxruntime.so", "libonnxruntime_providers_cuda.so", "onnxruntime.dll", "onnxruntime_providers_cuda.dll"], file => Assert.Contains(file, files));
        Assert.DoesNotContain(files, file => file.StartsWith("libtorch_cuda", StringComparison.Ordinal));
    }
}
