using System.Runtime.InteropServices;
using BertMLNet.Cli;

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

int code = await CommandLine.RunAsync(args, CliTerminal.ForProcess(), cancellation.Token);
await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
return code;
