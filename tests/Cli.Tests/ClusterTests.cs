using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>
/// Jobs on more than one machine, as docs/scale-out.md has them, killed half-way and gone on with. They need root, and what each names;
/// BERTMLNET_CLUSTER=1 runs them.
/// </summary>
public sealed class ClusterTests(TinyModel model) : IDisposable
{
    private const string OptIn = "BERTMLNET_CLUSTER";
    private const int Rows = 30_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ssh.sh", "parallel", "sshd", "ip")]
    [InlineData("slurm.sh", "sbatch", "slurmctld", "slurmd", "munged")]
    public async Task Killed_jobs_are_gone_on_with_without_a_lost_or_doubled_row(string script, params string[] tools)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(OptIn) == "1", $"daemons and network namespaces of its own; {OptIn}=1 makes them");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root makes network namespaces and runs Slurm's daemons");
        foreach (string tool in tools)
            Assert.SkipUnless(Paths().Any(folder => File.Exists(Path.Combine(folder, tool))), $"{tool} is not installed");

        string[][] pairs = [.. File.ReadLines(model.Pairs).Skip(1).Select(line => line.Split('\t'))];
        File.WriteAllLines(_folder["pairs.jsonl"], Enumerable.Range(0, Rows).Select(i => i % 100 == 99
            ? $"no json {i}"
            : JsonSerializer.Serialize(new { sentence1 = pairs[i % pairs.Length][0], sentence2 = pairs[i * 7 % pairs.Length][1] })));
        string[] alone =
            (await CliRun.Succeeds("score", "--model", model.Path, "--input", _folder["pairs.jsonl"], "--on-error", "skip")).OutputLines;

        Directory.CreateDirectory(_folder["work"]);
        await Run(
            Path.Combine(Repository.Root, "tests", "Cli.Tests", "Cluster", script),
            _folder["work"], model.Path, _folder["pairs.jsonl"], "dotnet", typeof(CommandLine).Assembly.Location);

        string[][] shards = [.. Enumerable.Range(1, 3).Select(shard => File.ReadAllLines(_folder[$"work/scores-{shard}.jsonl"]))];
        for (int shard = 1; shard <= 3; shard++)
        {
            Assert.Equal(Rows / 3, shards[shard - 1].Length);
            int kept = int.Parse(File.ReadAllText(_folder[$"work/kept-{shard}"]), CultureInfo.InvariantCulture);
            Assert.InRange(kept, 1, (Rows / 3) - 1);
        }
        for (int i = 0; i < Rows; i++)
        {
            JsonElement expected = JsonElement.Parse(alone[i]), found = JsonElement.Parse(shards[i % 3][i / 3]);
            if (i % 100 == 99)
            {
                Assert.Contains($"line {i + 1}", found.GetProperty("error").GetString() + ":");
                continue;
            }
            Assert.Equal(expected.GetProperty("logits")[0].GetSingle(), found.GetProperty("logits")[0].GetSingle(), 1e-4f);
        }
    }

    private static string[] Paths() =>
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    private static async Task Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments]) { UseShellExecute = false };
        start.Environment["PATH"] = string.Join(Path.PathSeparator, Paths());
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, File.ReadAllText(Path.Combine(arguments[0], "log")));
    }
}
