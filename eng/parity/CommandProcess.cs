using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace BertMLNet.Parity;

/// <summary>What a process did. <see cref="ExitCode"/> is null where it did not come to an end in time.</summary>
internal sealed record ProcessResult(int? ExitCode, string Output, string Error);

/// <summary>Runs one of the two programs under test, as a shell would.</summary>
internal static class CommandProcess
{
    // What a shell runs in the background does not hear the signal of Ctrl+C.
    private const int TerminateSignal = 15;
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(4);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="place">Where.</param>
    /// <param name="assembly">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input; null for an empty one.</param>
    /// <param name="interruptAt">Asks the process to end as soon as standard error has a line with this.</param>
    /// <param name="closesOutput">Closes the reading end of standard output at once.</param>
    /// <param name="variables">More environment variables.</param>
    public static async Task<ProcessResult> RunAsync(
        Workplace place,
        string assembly,
        IEnumerable<string> arguments,
        string? input = null,
        string? interruptAt = null,
        bool closesOutput = false,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            WorkingDirectory = place.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        SetEnvironment(start.Environment, place);
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        // What is to be interrupted must not be over before its line is read, however busy the machine.
        if (interruptAt is not null)
            process.PriorityClass = ProcessPriorityClass.Idle;
        var error = new StringBuilder();
        Task readsError = ReadErrorAsync(process, error, interruptAt);
        if (closesOutput)
            process.StandardOutput.Close();
        Task<string> readsOutput = closesOutput ? Task.FromResult("") : process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input ?? "");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it.
        }
        using var time = new CancellationTokenSource(MostTime);
        try
        {
            await process.WaitForExitAsync(time.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new(null, "", "");
        }
        await readsError;
        return new(process.ExitCode, await readsOutput, error.ToString());
    }

    private static async Task ReadErrorAsync(Process process, StringBuilder error, string? interruptAt)
    {
        bool interrupted = interruptAt is null;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            error.Append(line).Append('\n');
            if (interrupted || !line.Contains(interruptAt!))
                continue;
            interrupted = true;
            _ = Kill(process.Id, TerminateSignal);
            process.PriorityClass = ProcessPriorityClass.Normal;
        }
    }

    /// <summary>Nothing of the user's may decide what comes out.</summary>
    private static void SetEnvironment(IDictionary<string, string?> environment, Workplace place)
    {
        foreach (string name in environment.Keys.Where(name => name.StartsWith("HF_") || name.StartsWith("BERTMLNET_")).ToArray())
            environment.Remove(name);
        environment["HOME"] = place["home"];
        environment["TMPDIR"] = place.Temporary;
        environment["HF_HUB_OFFLINE"] = "1";
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_NOLOGO"] = "1";
        environment["NO_COLOR"] = "1";
        environment["TERM"] = "dumb";
        environment["LANG"] = "C.UTF-8";
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
