using System.Diagnostics;

namespace BertMLNet.Packaging.Tests;

/// <summary>What a program did and printed, both streams together.</summary>
internal sealed record DotNetRun(int ExitCode, string Output)
{
    /// <summary>Runs the SDK's command.</summary>
    public static Task<DotNetRun> Of(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        OfProgram("dotnet", folder, environment, arguments);

    /// <summary>Runs a program.</summary>
    public static async Task<DotNetRun> OfProgram(string program, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // What the test's own host was told must not reach other builds.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new DotNetRun(process.ExitCode, output + await error);
    }

    /// <summary>Fails the test with all that was printed where the program failed.</summary>
    public DotNetRun Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }
}
