using System.Diagnostics;

namespace BertMLNet.Tokenization.Tests;

public sealed class GlobalizationTests
{
    [Fact]
    public async Task Normalization_is_the_same_under_invariant_globalization()
    {
        // The test assembly is a program that runs its own tests.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" or "testhost")
            start.ArgumentList.Add(typeof(GlobalizationTests).Assembly.Location);
        start.ArgumentList.Add("-class");
        start.ArgumentList.Add(typeof(BertNormalizerTests).FullName!);
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
    }
}
