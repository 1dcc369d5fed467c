using System.Security.Cryptography;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Whoever writes into a model folder, and whenever he is killed: the folder holds one model.</summary>
public sealed class FolderWriterTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        AtomicFolder.BeforeStep.Value = null;
        _folder.Dispose();
    }

    [Theory]
    [InlineData("import", "--from", "OTHER", "--output", "OUT")]
    [InlineData("train", "--task", "pair", "--model", "START", "--from-scratch", "--train", "PAIRS", "--epochs", "1", "--seed", "9", "--overwrite", "--output", "OUT")]
    [InlineData("export", "--model", "OUT")]
    public async Task Killed_between_any_two_files_a_folder_opens_as_the_old_model_or_the_new_one(params string[] command)
    {
        await MakeOther();
        TinyModel.Copy(model.Path, _folder["out"]);
        if (command[0] == "export")
        {
            // Graphs of other weights.
            foreach (string graph in new[] { "onnx/model.onnx", "onnx/model_optimized.onnx" })
                File.Copy(_folder[$"other/{graph}"], _folder[$"out/{graph}"], overwrite: true);
        }
        Dictionary<string, string> old = Files("out");
        var states = new List<string>();
        AtomicFolder.BeforeStep.Value = _ =>
        {
            states.Add($"killed{states.Count}");
            foreach (string file in Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Where(file => !IsLock(file)))
            {
                string copy = Path.Combine(_folder[states[^1]], Path.GetRelativePath(_folder["out"], file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        };
        await CliRun.Succeeds([.. command.Select(Named)]);
        AtomicFolder.BeforeStep.Value = null;

        Dictionary<string, string> now = Files("out");
        Assert.NotEqual(old["onnx/model.onnx"], now["onnx/model.onnx"]);
        Assert.True(states.Count > 2);
        foreach ((int i, string state) in states.Index())
        {
            ModelFolder.Open(_folder[state]);
            Assert.Equal(i == 0 ? old : now, Files(state));
        }
    }

    [Fact]
    public async Task An_import_over_an_older_model_that_is_killed_leaves_one_of_the_two_and_can_be_repeated()
    {
        await MakeOther();
        TinyModel.Copy(model.Path, _folder["out"]);
        string[] import = ["import", "--from", _folder["other"], "--output", _folder["out"]];
        string old = Weights("out"), now = Weights("other");
        var random = new Random(11);
        for (int kills = 0; kills < 5; kills++)
        {
            using CliProcess process = CliProcess.Start(import);
            while (!process.HasEnded && !Directory.Exists(_folder["out/.unfinished"]))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(80), TestContext.Current.CancellationToken);
            await process.Kill();
            ModelFolder opened = ModelFolder.Open(_folder["out"]);
            Assert.Contains(Weights("out"), new[] { old, now });
            Assert.Equal(Weights("out") == old ? Hash(Path.Combine(model.Path, "onnx", "model.onnx")) : Hash(_folder["other/onnx/model.onnx"]), Hash(opened.OnnxPath));
        }
        await CliRun.Succeeds(import);
        Assert.Equal(now, Weights("out"));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder["out"]), path => Path.GetFileName(path).StartsWith('.'));
    }

    [Theory]
    [InlineData("import", "--from", "OTHER", "--output", "OUT")]
    [InlineData("train", "--task", "pair", "--model", "START", "--from-scratch", "--train", "PAIRS", "--output", "OUT")]
    [InlineData("pretrain", "--model", "START", "--from-scratch", "--text", "PAIRS", "--output", "OUT")]
    [InlineData("export", "--model", "OUT")]
    public async Task Two_writers_do_not_meet_in_a_folder(params string[] command)
    {
        TinyModel.Copy(model.Path, _folder["out"]);
        TinyModel.Copy(model.Path, _folder["other"]);
        Dictionary<string, string> before = Files("out");
        using (FolderLock.Acquire(_folder["out"]))
            await CliRun.Fails([.. command.Select(Named)], $"process {Environment.ProcessId} on", "is writing into this folder");
        Assert.Equal(before, Files("out"));
    }

    [Fact]
    public async Task A_finished_model_is_replaced_only_where_that_is_asked_for()
    {
        string[] train = [.. model.TrainArguments, "--output", _folder["out"]];
        TinyModel.Copy(model.Path, _folder["out"]);
        Dictionary<string, string> before = Files("out");

        await CliRun.Fails(train, $"{_folder["out"]}: holds a finished BertForSequenceClassification with the labels", "replace it (--overwrite), or choose another output");
        // A run that is over is not begun again by resuming it, and one of which nothing is left cannot be resumed.
        await CliRun.Succeeds([.. train, "--resume"]);
        Assert.Equal(before, Files("out"));
        Directory.Delete(_folder["out/training"], recursive: true);
        await CliRun.Fails([.. train, "--resume"], "holds a finished", "--overwrite");
        await CliRun.Fails(
            ["pretrain", "--model", model.Start, "--from-scratch", "--text", model.Pairs, "--output", _folder["out"]], "holds a finished", "--overwrite");

        string[] longer = [.. model.TrainArguments[..^1], "2", "--output", _folder["out"]];
        // What was asked for once need not be asked for again.
        await CliRun.CancelledAt("Epoch 1 of", [.. longer, "--overwrite"]);
        Assert.Equal(Hash(Path.Combine(model.Path, "model.safetensors")), Weights("out"));
        await CliRun.Succeeds([.. longer, "--resume"]);
        Assert.NotEqual(Hash(Path.Combine(model.Path, "model.safetensors")), Weights("out"));

        File.WriteAllText(_folder["out/config.json"], """{"model_type": "gpt2"}""");
        await CliRun.Fails(train, "holds another kind of model", "--overwrite");
    }

    private async Task MakeOther() => await CliRun.Succeeds([.. model.TrainArguments, "--seed", "9", "--output", _folder["other"]]);

    private string Named(string argument) => argument switch
    {
        "OUT" => _folder["out"],
        "OTHER" => _folder["other"],
        "START" => model.Start,
        "PAIRS" => model.Pairs,
        _ => argument,
    };

    private string Weights(string folder) => Hash(_folder[$"{folder}/model.safetensors"]);

    /// <summary>The model's files by their contents, without the state to resume from.</summary>
    private Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories)
            .Where(file => !IsLock(file) && !file.EndsWith(".ckpt", StringComparison.Ordinal))
            .Select(file => (Name: Path.GetRelativePath(_folder[folder], file), Hash: Hash(file)))
            .Where(file => !AtomicFolder.IsUnfinished(file.Name))
            .ToDictionary(file => file.Name, file => file.Hash);

    private static bool IsLock(string file) => Path.GetFileName(file).StartsWith(".lock", StringComparison.Ordinal);

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
