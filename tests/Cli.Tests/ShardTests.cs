using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Several jobs share an input by <c>--shard</c>.</summary>
public sealed class ShardTests(TinyModel model, TinyQuestionModel questions) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_dealt_together_are_the_whole_with_bad_rows_in_their_places()
    {
        string[] lines = File.ReadAllLines(model.Pairs);
        lines[5] = "broken";
        lines[20] = "broken\ttoo\tmany\tcells";
        File.WriteAllLines(_folder["pairs.tsv"], lines);
        string[] score = ["score", "--model", model.Path, "--input", _folder["pairs.tsv"], "--on-error", "skip", "--batch-tokens", "1"];
        string[] whole = (await CliRun.Succeeds(score)).OutputLines;
        Assert.Equal(48, whole.Length);
        foreach (int count in (int[])[1, 3, 7, 48, 50])
        {
            var shards = new List<string[]>();
            for (int number = 1; number <= count; number += count > 7 ? 47 : 1)
                shards.Add((await CliRun.Succeeds([.. score, "--shard", $"{number}/{count}"])).OutputLines);
            if (count <= 7)
                Assert.Equal(whole, Enumerable.Range(0, whole.Length).Select(row => shards[row % count][row / count]));
            else
                Assert.Equal(whole[0], Assert.Single(shards[0]));
        }
    }

    [Fact]
    public async Task Questions_are_dealt_as_pairs_are()
    {
        string[] score = ["score", "--model", questions.Path, "--input", questions.Squad];
        int whole = (await CliRun.Succeeds(score)).OutputLines.Length;
        string[] first = (await CliRun.Succeeds([.. score, "--shard", "1/2"])).OutputLines;
        string[] second = (await CliRun.Succeeds([.. score, "--shard", "2/2"])).OutputLines;
        Assert.Equal(whole, first.Concat(second).Select(line => line.Split("\"answer\"")[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_shard_that_was_cut_short_is_gone_on_with_and_not_with_another()
    {
        string output = _folder["scores.jsonl"];
        string[] score = ["score", "--model", model.Path, "--input", model.Pairs, "--output", output, "--resume", "--shard"];
        string[] alone = (await CliRun.Succeeds("score", "--model", model.Path, "--input", model.Pairs, "--shard", "2/3")).OutputLines;
        await CliRun.CancelledAtOnce([.. score, "2/3"]);
        File.WriteAllLines(output + ".partial", alone[..4]);
        await CliRun.Fails([.. score, "1/3"], "another job", "--shard");
        await CliRun.Succeeds([.. score, "2/3"]);
        string[] resumed = File.ReadAllLines(output);
        Assert.Equal(16, resumed.Length);
        Assert.Equal(alone[..4], resumed[..4]);
        Assert.Equal(alone.Select(line => line.Split(',')[0]), resumed.Select(line => line.Split(',')[0]));
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/3")]
    [InlineData("-1/3")]
    public async Task A_shard_that_there_is_not_is_bad_usage(string shard)
    {
        CliRun run = await CliRun.Of("score", "--model", model.Path, "--input", model.Pairs, "--shard", shard);
        Assert.Equal(ExitCodes.BadUsage, run.ExitCode);
        Assert.Contains($"--shard is '{shard}'; expected I/N", run.Error);
    }
}
