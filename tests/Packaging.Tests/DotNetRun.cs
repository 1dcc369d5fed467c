using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BertMLNet.Packaging.Tests;

/// <summary>What a program did and printed, both streams together.</summary>
internal sealed record DotNetRun(int ExitCode, string Output)
{
    /// <summary>Runs the SDK's command.</summary>
    public static Task<DotNetRun> Of(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        OfProgram("dotnet", folder, environment, arguments);

    /// <summary>Runs a program.</summary>
    public static Task<DotNetRun> OfProgram(string program, string folder, Dictionary<string, string> environment, params string[] arguments) =>
        InterruptedAt(null, program, folder, environment, arguments);

    /// <summary>Runs a program, and interrupts it, as Unix does, once a line on standard error has this text.</summary>
    public static async Task<DotNetRun> InterruptedAt(
        string? text, string program, string folder, Dictionary<string, string> environment, params string[] arguments)
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
        Task<string> error = ReadErrorAsync();
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new DotNetRun(process.ExitCode, output + await error);

        async Task<string> ReadErrorAsync()
        {
            var all = new StringBuilder();
            while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
            {
                all.Append(line).Append('\n');
                if (text is not null && line.Contains(text, StringComparison.Ordinal))
                    Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            }
            return all.ToString();
        }
    }

    /// <summary>Fails the test with all that was printed where the program failed.</summary>
    public DotNetRun Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }
}
