using System.Diagnostics;

namespace BertMLNet.Cli.Tests;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("a$HOME \"x\".tsv")]
    [InlineData("it's `here`\\")]
    [InlineData("plain-file_1.tsv")]
    [InlineData("")]
    public async Task A_shell_reads_a_word_as_it_was(string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell is a POSIX one");
        var start = new ProcessStartInfo("sh", ["-c", $"printf %s {CommandText.Quoted(word)}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using Process shell = Process.Start(start)!;
        Assert.Equal(word, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
