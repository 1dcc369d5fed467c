using System.Runtime.InteropServices;
using System.Text;
using BertMLNet.Cli;
using Microsoft.Win32.SafeHandles;

try
{
    return await RunAsync(args);
}
catch (Exception exception) when (!OperatingSystem.IsWindows())
{
    // Not even the console could be opened, for want of memory or file handles: what is left of the process says so without it.
    using var error = new FileStream(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
    error.Write(Encoding.UTF8.GetBytes($"error: {Describe(exception)}\n"));
    return ExitCodes.Failed;
}

static string Describe(Exception exception)
{
    try
    {
        return CommandLine.Describe(exception);
    }
    catch (FileNotFoundException)
    {
        // Not even the library with the messages could be opened.
        return "the program's own libraries cannot be opened; raise the limit of open files (ulimit -n), or install the program anew.";
    }
}

static async Task<int> RunAsync(string[] args)
{
    RuntimeTelemetry.TurnOff();
    Task loading = RuntimeLoading.Begin(args);

    // The first Ctrl+C or SIGTERM asks the command to stop and to leave its files valid; the second ends the process.
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, interrupt) =>
    {
        interrupt.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    };
    using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    });

    int code = await CommandLine.RunAsync(args, CliTerminal.ForProcess(cancellation.Token), cancellation.Token);
    await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    return code;
}
