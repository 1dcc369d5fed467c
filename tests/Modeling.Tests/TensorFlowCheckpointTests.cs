using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class TensorFlowCheckpointTests
{
    private static string Fixture(string name) => SharedData.PathOf("fixtures", "checkpoints", name);

    [Fact]
    public void A_real_index_is_listed_without_its_data()
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Fixture("tf-bert-base-index"));

        Assert.Equal(202, checkpoint.Tensors.Count);
        Assert.Equal([5981L, 768], checkpoint.Tensors["bert/embeddings/word_embeddings"].Shape);
        Assert.Equal([768L, 3072], checkpoint.Tensors["bert/encoder/layer_11/intermediate/dense/kernel"].Shape);
        Assert.All(checkpoint.Tensors.Values, info => Assert.Equal(("F32", info.Count * 4), (info.ElementType, info.ByteCount)));
        BertConfig config = BertConfig.Load(Path.Combine(Fixture("tf-bert-base-index"), "bert_config.json"));
        var plan = WeightPlan.Create(checkpoint, config, Heads.MaskedTokens);
        Assert.Empty(plan.Report.Initialized);
        Assert.Equal(202, plan.Report.Loaded.Count);
        Assert.Empty(plan.Report.Unused);
        Assert.Contains(".data-00000-of-00001: no such file", Assert.Throws<BertMLNetException>(() => checkpoint.Read("bert/embeddings/LayerNorm/beta")).Message);
    }

    [Fact]
    public void A_real_checkpoint_is_read_and_its_checksums_hold()
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Fixture("tf-mlp"));

        Assert.Equal(["Variable", "Variable_1", "Variable_2", "Variable_3"], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([784L, 256], checkpoint.Tensors["Variable"].Shape);
        float[] weights = checkpoint.Read("Variable");
        Assert.All(weights, value => Assert.InRange(value, -10f, 10f));
        foreach (string name in checkpoint.Tensors.Keys)
            Assert.Contains(checkpoint.Read(name), value => value != 0);
    }

    [Fact]
    public void A_Snappy_compressed_index_is_read()
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Path.Combine(Fixture("tf-snappy-index"), "variables.index"));

        Assert.Equal(["a", "a2", "b", "c", "c2"], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([0.5f, 0.5f, 2, 3, 3], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal).Select(name => checkpoint.Read(name)[0]));
    }

    [Fact]
    public void A_string_tensor_is_listed_but_not_read()
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Path.Combine(Fixture("tf-string-tensor"), "variables"));

        Assert.Equal("STRING", checkpoint.Tensors["_CHECKPOINTABLE_OBJECT_GRAPH"].ElementType);
        Assert.Contains("STRING", Assert.Throws<BertMLNetException>(() => checkpoint.Read("_CHECKPOINTABLE_OBJECT_GRAPH", new float[1])).Message);
    }

    public static TheoryData<Head, int, int, int, bool> Layouts => new()
    {
        { Heads.Encoder, 1, 1000, 16, false },
        { Heads.Classes, 3, 7, 1, false },
        { Heads.Questions, 2, 5, 3, true },
        { Heads.MaskedTokens, 1, 40, 16, true },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Googles_names_load_in_every_layout_of_the_files(Head head, int shards, int entriesPerBlock, int entriesPerRestart, bool compress)
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, head, seed: 1);
        var writer = new BundleWriter { Shards = shards, EntriesPerBlock = entriesPerBlock, EntriesPerRestart = entriesPerRestart, Compress = compress };
        TensorFlowModels.AddGoogle(writer, saved);
        writer.Write(folder["bert_model.ckpt"]);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path);
        Assert.Equal(head, WeightPlan.DetectHead(checkpoint, Models.Tiny));
        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, head);

        Models.AssertEqual(saved, loaded);
        Assert.Empty(report.Remarks);
    }

    [Theory]
    [InlineData("model/", true, "None")]
    [InlineData("", true, "None")]
    [InlineData("model/layer_with_weights-0/", true, "None")]
    [InlineData("layer_with_weights-0/", true, "PairClassification")]
    [InlineData("", false, "None")]
    [InlineData("model/", false, "None")]
    [InlineData("", false, "MaskedLanguageModel")]
    public void Model_Gardens_object_graphs_load(string root, bool byNumber, string name)
    {
        Head head = Models.HeadOf(name);
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, head, seed: 1);
        var writer = new BundleWriter { Shards = 2 };
        TensorFlowModels.AddModelGarden(writer, saved, root, byNumber);
        writer.Write(folder["bert_model.ckpt"]);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["bert_model.ckpt"]);
        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, head);

        Models.AssertEqual(saved, loaded);
        Assert.Empty(report.Remarks);
    }

    [Fact]
    public void Attention_heads_that_the_configuration_does_not_have_are_refused()
    {
        using var folder = new TemporaryFolder();
        var writer = new BundleWriter();
        TensorFlowModels.AddModelGarden(writer, Models.Random(Models.Tiny, Heads.Encoder, seed: 1), "", byNumber: true);
        writer.Write(folder["m"]);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["m"]);
        var error = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, Models.Tiny with { NumAttentionHeads = 4 }, Heads.Encoder));

        Assert.Contains("has 2 attention heads, the configuration 4", error.Message);
    }

    [Fact]
    public void A_flipped_bit_in_index_or_data_is_found_by_its_checksum()
    {
        using var folder = new TemporaryFolder();
        var writer = new BundleWriter();
        writer.Add("a/kernel", [2, 2], [1, 2, 3, 4]);
        writer.Write(folder["m"]);
        Flip(folder["m.data-00000-of-00001"], 5);
        using (ICheckpoint checkpoint = CheckpointFormats.Open(folder["m"]))
            Assert.Contains("checksum", Assert.Throws<BertMLNetException>(() => checkpoint.Read("a/kernel")).Message);
        Flip(folder["m.index"], 5);
        Assert.Contains("checksum", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["m"])).Message);
    }

    [Fact]
    public void A_data_file_that_is_cut_off_is_found_when_the_index_is_opened()
    {
        using var folder = new TemporaryFolder();
        var writer = new BundleWriter();
        writer.Add("a", [4], [1, 2, 3, 4]);
        writer.Write(folder["m"]);
        using (FileStream data = File.OpenWrite(folder["m.data-00000-of-00001"]))
            data.SetLength(15);

        Assert.Contains("cut off", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["m"])).Message);
    }

    [Fact]
    public void An_index_whose_entries_lie_is_refused()
    {
        using var folder = new TemporaryFolder();
        var writer = new BundleWriter();
        writer.Add("a", 1, [1L << 40, 1L << 40], new byte[4]);
        writer.Write(folder["m"]);

        Assert.Contains("does not take the 4 bytes", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["m"])).Message);
    }

    [Fact]
    public void The_state_file_chooses_among_checkpoints()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "model.ckpt-1", "model.ckpt-2" })
        {
            var writer = new BundleWriter();
            writer.Add("in/" + name, [1], [1]);
            writer.Write(folder[name]);
        }

        Assert.Contains("holds 2 TensorFlow checkpoints", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder.Path)).Message);
        File.WriteAllText(folder["checkpoint"], "model_checkpoint_path: \"/elsewhere/model.ckpt-1\"\nall_model_checkpoint_paths: \"model.ckpt-2\"\n");
        using ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path);
        Assert.Contains("in/model.ckpt-1", checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Files_that_only_bear_the_names_of_a_checkpoint_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["faiss.index"], "IxFI and what a search library writes");
        File.WriteAllBytes(folder["checkpoint"], new byte[100_000]);
        Assert.Null(CheckpointFormats.TryOpen(folder.Path));

        var writer = new BundleWriter();
        writer.Add("a", [1], [1]);
        writer.Write(folder["m"]);
        using (ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path))
            Assert.Equal(["a"], checkpoint.Tensors.Keys);

        using (FileStream index = File.OpenWrite(folder["m.index"]))
            index.SetLength(index.Length - 1);
        Assert.Contains("cut off", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder.Path)).Message);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    public void Crc32C_has_its_published_check_value(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Append(0, System.Text.Encoding.ASCII.GetBytes(text)));

    private static void Flip(string path, int at)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at] ^= 4;
        File.WriteAllBytes(path, bytes);
    }
}
