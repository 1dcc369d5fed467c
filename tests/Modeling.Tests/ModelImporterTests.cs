using BertMLNet.TestKit;
using BertMLNet.Tokenization;

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
    public void A_token_beyond_the_embeddings_is_one_error_whether_the_model_is_known_or_not()
    {
        using var folder = new TemporaryFolder();
        ModelFolder source = WithTokenizer(folder["a"], tokens: Models.Tiny.VocabSize);
        File.WriteAllText(folder["a/added_tokens.json"], """{"<new>": 40}""");
        File.Delete(folder["a/tokenizer.json"]);

        string[] messages =
        [
            .. new Action[]
            {
                () => ModelImporter.Import(folder["a"], new ModelFolder(folder["out"])),
                () => source.LoadTokenizer(source.LoadConfig()),
                () => source.LoadTokenizer(),
            }.Select(load => Assert.Throws<BertMLNetException>(load).Message).Distinct(),
        ];

        Assert.Contains("the token '<new>' has the id 40, and the model has 40 embeddings", Assert.Single(messages));
        Assert.False(Directory.Exists(folder["out"]));
        File.Delete(folder["a/added_tokens.json"]);
        Assert.Equal(40, source.LoadTokenizer().Vocabulary.Count);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("7.0", 7)]
    [InlineData("10", 10)]
    [InlineData("512", 10)]
    [InlineData("1e30", 10)]
    [InlineData("1000000000000000019884624838656", 10)]
    [InlineData("null", 10)]
    public void The_smaller_one_of_positions_and_model_max_length_counts_and_stays(string length, int expected)
    {
        using var folder = new TemporaryFolder();
        ModelFolder source = WithTokenizer(folder["a"], tokens: 12);
        foreach (string name in new[] { "model_max_length", "max_len" })
        {
            File.WriteAllText(source.TokenizerConfigPath, $$"""{"{{name}}": {{length}}}""");
            Assert.Equal(expected, source.LoadConfig().LongestSequence);
            Assert.Equal(expected, source.LoadConfig().LongestClassified);
            var output = new ModelFolder(folder[name]);
            ModelImporter.Import(folder["a"], output);
            Assert.Equal(expected, output.LoadConfig().LongestSequence);
            Assert.Equal(Models.Tiny.MaxPositionEmbeddings, output.LoadConfig().MaxPositionEmbeddings);
            Assert.Contains($"\"model_max_length\": {expected},", File.ReadAllText(output.TokenizerConfigPath), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("\"16\"")]
    public void A_model_max_length_that_makes_no_sense_is_refused(string length)
    {
        using var folder = new TemporaryFolder();
        ModelFolder source = WithTokenizer(folder["a"], tokens: 12);
        File.WriteAllText(source.TokenizerConfigPath, $$"""{"model_max_length": {{length}}}""");
        Assert.Contains("tokenizer_config.json: model_max_length: a number", Assert.Throws<BertMLNetException>(() => source.LoadConfig()).Message);
    }

    [Fact]
    public void A_class_whose_head_is_not_read_is_named()
    {
        using var folder = new TemporaryFolder();
        ModelFolder source = WithTokenizer(folder["a"], tokens: 12);
        File.WriteAllText(source.ConfigPath, File.ReadAllText(source.ConfigPath).Replace("\"BertModel\"", "\"BertForMultipleChoice\"", StringComparison.Ordinal));
        LoadReport report = ModelImporter.Import(folder["a"], new ModelFolder(folder["out"]));
        Assert.Contains(report.Remarks, line => line.Contains("is a BertForMultipleChoice", StringComparison.Ordinal) && line.Contains("BertForQuestionAnswering", StringComparison.Ordinal));
        Assert.Empty(ModelImporter.Import(folder["out"], new ModelFolder(folder["again"])).Remarks);
    }

    [Fact]
    public void A_model_card_shows_labels_as_they_are()
    {
        using var folder = new TemporaryFolder();
        ModelFolder source = WithTokenizer(folder["a"], tokens: 12, Models.Tiny with { Labels = ["a`b``c", "d\ne", "f\u001b[31m"] }, Heads.Classes);
        var output = new ModelFolder(folder["out"]);
        ModelImporter.Import(folder["a"], output);
        Assert.Contains(@"Classes: ```a`b``c```, `d\u000Ae`, `f\u001B[31m`.", File.ReadAllText(output.ModelCardPath), StringComparison.Ordinal);
    }

    private static ModelFolder WithTokenizer(string path, int tokens, BertConfig? config = null, Head? head = null)
    {
        var folder = new ModelFolder(path);
        folder.Save(Models.Random(config ?? Models.Tiny, head ?? Heads.Encoder, seed: 1));
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, tokens - 5).Select(id => $"w{id}")];
        new WordPieceTokenizer(new Vocabulary(words)).Save(path);
        return folder;
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
