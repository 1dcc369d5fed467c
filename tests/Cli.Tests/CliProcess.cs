using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace BertMLNet.Cli.Tests;

/// <summary>The built command as a process of its own, as a shell runs it.</summary>
internal sealed class CliProcess : IDisposable
{
    private const int InterruptSignal = 2;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _errorsRead;
    private readonly BlockingCollection<string> _errors = [];
    private readonly List<string> _seen = [];

    private CliProcess(ProcessStartInfo start, bool hasInput = false)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        if (!hasInput)
            _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _errorsRead = Task.Run(async () =>
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
                _errors.Add(line);
            _errors.CompleteAdding();
        });
    }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has come to its end.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What <see cref="StartReading"/>'s process reads.</summary>
    public StreamWriter Input => _process.StandardInput;

    private static string Assembly => typeof(CommandLine).Assembly.Location;

    /// <summary>Starts the command.</summary>
    public static CliProcess Start(params string[] arguments) => new(new ProcessStartInfo("dotnet", [Assembly, .. arguments]));

    /// <summary>Starts the command with a standard input that is open until <see cref="Input"/> is closed.</summary>
    public static CliProcess StartReading(params string[] arguments) =>
        new(new ProcessStartInfo("dotnet", [Assembly, .. arguments]), hasInput: true);

    /// <summary>Starts a shell's script whose arguments <c>"$@"</c> are the command.</summary>
    public static CliProcess StartInShell(string script, params string[] arguments) =>
        new(new ProcessStartInfo("bash", ["-c", script, "bash", "dotnet", Assembly, .. arguments])
        {
            // Both would use files of their own, under limits that are meant for the command's.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
        });

    /// <summary>Runs the command to its end.</summary>
    public static async Task<CliRun> Run(params string[] arguments)
    {
        using CliProcess process = Start(arguments);
        return await process.End();
    }

    /// <summary>Runs the command out of its own output folder, which alone has libtorch.</summary>
    public static async Task<CliRun> RunBuilt(params string[] arguments)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory); // …/bin/BertMLNet.Cli.Tests/release
        string assembly = Path.Combine(own.Parent!.Parent!.FullName, "BertMLNet.Cli", own.Name, Path.GetFileName(Assembly));
        using var process = new CliProcess(new ProcessStartInfo("dotnet", [assembly, .. arguments]));
        return await process.End();
    }

    /// <summary>Waits for a line on standard error that has <paramref name="part"/>; fails where the process ends without one.</summary>
    /// <returns>The line.</returns>
    public string WaitForError(string part, CancellationToken cancellationToken)
    {
        foreach (string line in _errors.GetConsumingEnumerable(cancellationToken))
        {
            _seen.Add(line);
            if (line.Contains(part, StringComparison.Ordinal))
                return line;
        }
        throw new Xunit.Sdk.XunitException($"the process ended without '{part}': {string.Join('\n', _seen)}");
    }

    /// <summary>Sends what Ctrl+C sends.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, InterruptSignal));

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    /// <returns>False where it had come to its end before.</returns>
    public async Task<bool> Kill()
    {
        _process.Kill();
        // A command that ended by itself has one of its own exit codes.
        return (await End()).ExitCode is not (ExitCodes.Done or ExitCodes.Failed or ExitCodes.BadUsage);
    }

    /// <summary>Waits for the process's end on Linux, and gives the most memory that it held, in bytes.</summary>
    public long WatchMemory()
    {
        string status = $"/proc/{_process.Id}/status";
        long peak = 0;
        while (!_process.WaitForExit(TimeSpan.FromMilliseconds(5)))
        {
            // The kernel's own high-water mark; the last one read before the end is the answer.
            try
            {
                string? line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null)
                    peak = long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return peak;
    }

    /// <summary>Waits for the process's end.</summary>
    public async Task<CliRun> End()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _errorsRead;
        _seen.AddRange(_errors.GetConsumingEnumerable());
        return new CliRun(_process.ExitCode, await _output, string.Join('\n', _seen));
    }

    /// <summary>Ends a process that still runs.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _errors.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
