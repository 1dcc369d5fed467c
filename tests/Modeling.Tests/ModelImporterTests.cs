using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class ModelImporterTests
{
    [Fact]
    public void A_TensorFlow_checkpoint_becomes_a_model_folder_and_importing_that_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Classes, seed: 1);
        var writer = new BundleWriter();
        TensorFlowModels.AddGoogle(writer, saved);
        Directory.CreateDirectory(folder["tf"]);
        writer.Write(folder["tf/bert_model.ckpt"]);
        File.WriteAllText(folder["tf/bert_config.json"], Models.Tiny.ToJson(Heads.Encoder).Replace("\"BertModel\"", "", StringComparison.Ordinal));

        LoadReport first = Import(folder["tf"], folder["a"]);
        LoadReport second = Import(folder["a"], folder["b"]);

        Assert.Equal((Heads.Classes, Heads.Classes), (first.Head, second.Head));
        Assert.Equal(File.ReadAllBytes(folder["a/model.safetensors"]), File.ReadAllBytes(folder["b/model.safetensors"]));
        Assert.Equal(File.ReadAllText(folder["a/config.json"]), File.ReadAllText(folder["b/config.json"]));
        Models.AssertEqual(saved, new ModelFolder(folder["b"]).LoadParameters().Parameters);
    }

    [Fact]
    public void A_real_folder_with_fewer_embeddings_than_words_is_imported_with_a_remark()
    {
        using var folder = new TemporaryFolder();

        LoadReport report = ModelImporter.Import(SharedData.PathOf("fixtures", "checkpoints", "hf-zip-pickle"), new ModelFolder(folder["out"]));

        Assert.Contains(report.Remarks, line => line.Contains("has 405 words, the model 402 embeddings: the last 3 words become [UNK]", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_counts_every_byte_once()
    {
        using var folder = new TemporaryFolder();
        new ModelFolder(folder["a"]).Save(Models.Random(Models.Tiny, Heads.Encoder, seed: 1));
        var reports = new List<TransferProgress>();

        Import(folder["a"], folder["b"], progress: new Reports<TransferProgress>(reports));

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["a"]);
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Equal(checkpoint.Tensors.Count, reports.Count);
        Assert.Equal(checkpoint.Tensors.Values.Sum(info => info.ByteCount), reports[^1].Total);
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind_and_an_older_file_as_it_was()
    {
        using var folder = new TemporaryFolder();
        new ModelFolder(folder["a"]).Save(Models.Random(Models.Tiny, Heads.Encoder, seed: 1));
        Directory.CreateDirectory(folder["b"]);
        File.WriteAllText(folder["b/model.safetensors"], "older");
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Import(
            folder["a"], folder["b"], progress: new Stopping(stop), cancellationToken: stop.Token));

        Assert.Equal(["model.safetensors"], Directory.GetFiles(folder["b"]).Select(Path.GetFileName));
        Assert.Equal("older", File.ReadAllText(folder["b/model.safetensors"]));
    }

    [Fact]
    public void Weights_may_be_written_in_half_precision()
    {
        using var folder = new TemporaryFolder();
        new ModelFolder(folder["a"]).Save(Models.Random(Models.Tiny, Heads.Encoder, seed: 1));

        Import(folder["a"], folder["b"], new ImportOptions { ElementType = "F16" });

        using ICheckpoint half = CheckpointFormats.Open(folder["b"]);
        Assert.All(half.Tensors.Values, info => Assert.Equal("F16", info.ElementType));
    }

    [Theory]
    [InlineData("nowhere", "no such file or folder")]
    [InlineData("nowhere/bert_model.ckpt", "no such file or folder")]
    [InlineData("empty", "has no config.json or bert_config.json")]
    [InlineData("config-alone", "the folder holds no weights; expected one of model.safetensors, pytorch_model.bin, bert_model.ckpt.index, model.onnx")]
    [InlineData("roberta", "model_type \"roberta\" is not supported")]
    public void What_is_not_a_model_is_refused_with_what_is_missing(string path, string expected)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        Models.Tiny.Save(folder["config-alone/config.json"], Heads.Encoder);
        Directory.CreateDirectory(folder["roberta"]);
        File.WriteAllText(folder["roberta/config.json"], """{"model_type": "roberta"}""");

        Assert.Contains(expected, Assert.Throws<BertMLNetException>(() => ModelFolder.Find(folder[path]).LoadParameters()).Message);
    }

    [Fact]
    public void A_model_folder_without_a_graph_says_how_to_write_one()
    {
        using var folder = new TemporaryFolder();
        Models.Tiny.Save(folder["config.json"], Heads.Encoder);

        Assert.Contains("bertmlnet export", Assert.Throws<BertMLNetException>(() => ModelFolder.Open(folder.Path).RequireOnnx()).Message);
    }

    private static LoadReport Import(
        string from, string to, ImportOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ModelFolder source = ModelFolder.Find(from);
        using ICheckpoint checkpoint = source.OpenWeights();
        return ModelImporter.ImportWeights(checkpoint, source.LoadConfig(), new ModelFolder(to), options ?? new(), "", progress, cancellationToken);
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => stop.Cancel();
    }
}
