using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>Installs the command from a folder and uses it as someone who has nothing else of the project.</summary>
public sealed class ToolTests(PackedProduct product)
{
    [Fact]
    public async Task The_command_fine_tunes_its_own_model_by_name_and_scores()
    {
        Stranger stranger = product.Stranger;
        Assert.Equal($"bertmlnet {product.Version}", (await stranger.RunToolAsync("--version")).Succeeded().Output.Trim());

        string model = await stranger.ModelAsync();
        (await stranger.RunToolAsync("score", "--model", model, "--input", stranger.Pairs, "--output", "scores.jsonl")).Succeeded();

        Assert.Equal(40, File.ReadAllLines(Path.Combine(stranger.Folder, "scores.jsonl")).Length);
    }

    [Fact]
    public async Task The_demo_makes_its_data_and_trains_in_an_empty_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix sends them");
        using var folder = new TemporaryFolder();

        DotNetRun run = await DotNetRun.InterruptedAt(
            "Training on ", await product.Stranger.ToolAsync(), folder.Path, product.Stranger.Environment, "demo", "--output", "shown");

        Assert.True(run.ExitCode == 130, run.Output);
        Assert.Contains("2/4  Fine-tuning bertmlnet-mini-en", run.Output, StringComparison.Ordinal);
        Assert.Equal(6001, File.ReadLines(folder["shown/data/train.tsv"]).Count());
        Assert.Single(Directory.EnumerateFiles(folder["shown/model/training"], "state-*.ckpt"));
    }

    [Fact]
    public async Task A_graph_with_its_tokenizer_inside_is_made_and_verified()
    {
        string model = await product.Stranger.ModelAsync();

        DotNetRun run = await product.Stranger.RunToolAsync("export", "--model", model, "--embed-tokenizer", "--verify");

        Assert.Contains("verified: largest difference of a logit", run.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_torchsharp_engine_says_in_one_line_that_libtorch_is_missing()
    {
        _ = await product.Stranger.ModelAsync();

        DotNetRun run = await product.Stranger.RunToolAsync(
            "train", "--task", "pair", "--model", "bertmlnet-mini-en", "--train", product.Stranger.Pairs, "--output", "other", "--engine", "torchsharp", "--device", "cpu");

        Assert.Equal(1, run.ExitCode);
        string[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipWhile(line => !line.StartsWith("error: ", StringComparison.Ordinal))];
        Assert.Contains("TorchSharp finds no libtorch ", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_is_uninstalled_without_a_trace()
    {
        using var folder = new TemporaryFolder();
        _ = await product.Stranger.ToolAsync();
        (await product.Stranger.DotNetAsync(product.Stranger.Folder, "tool", "install", PackedProduct.ToolName, "--tool-path", folder.Path)).Succeeded();
        Assert.NotEmpty(Directory.EnumerateFiles(folder.Path, "bertmlnet*"));

        (await product.Stranger.DotNetAsync(product.Stranger.Folder, "tool", "uninstall", PackedProduct.ToolName, "--tool-path", folder.Path)).Succeeded();

        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }
}
