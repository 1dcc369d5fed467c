using System.Text;

namespace BertMLNet.Cli.Tests;

/// <summary>What a command line did, run inside the test's process.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CliRun> Of(params string[] arguments) => WithInput("", arguments);

    public static async Task<CliRun> WithInput(string input, params string[] arguments)
    {
        using var error = new StringWriter();
        return await Run(input, error, arguments, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a command line that is cancelled while it writes the first line with <paramref name="part"/> to standard error.</summary>
    public static async Task<CliRun> CancelledAt(string part, params string[] arguments)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var error = new Watcher(part, cancellation);
        CliRun run = await Run("", error, arguments, cancellation.Token);
        Assert.True(run.ExitCode == ExitCodes.Cancelled, run.Error);
        return run;
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public static async Task<CliRun> Succeeds(params string[] arguments)
    {
        CliRun run = await Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>Runs a command line that must fail with exit code 1 and one line that has each of these parts.</summary>
    public static async Task<CliRun> Fails(string[] arguments, params string[] parts)
    {
        CliRun run = await Of(arguments);
        Assert.Equal(1, run.ExitCode);
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => text.StartsWith("error: ", StringComparison.Ordinal));
        Assert.DoesNotContain("defect", line);
        Assert.DoesNotContain("   at ", run.Error);
        foreach (string part in parts)
            Assert.Contains(part, line, StringComparison.OrdinalIgnoreCase);
        return run;
    }

    /// <summary>Runs a command line that is cancelled from the beginning: it does what comes before its work.</summary>
    public static async Task<CliRun> CancelledAtOnce(params string[] arguments)
    {
        using var error = new StringWriter();
        CliRun run = await Run("", error, arguments, new CancellationToken(canceled: true));
        Assert.True(run.ExitCode == ExitCodes.Cancelled, run.Error);
        return run;
    }

    private static async Task<CliRun> Run(string input, StringWriter error, string[] arguments, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var terminal = new CliTerminal { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)), Output = output, Error = error };
        int exitCode = await CommandLine.RunAsync(arguments, terminal, cancellationToken);
        return new CliRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private sealed class Watcher(string part, CancellationTokenSource cancellation) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(part, StringComparison.Ordinal) is true)
                cancellation.Cancel();
        }
    }
}
