using System.IO.Compression;
using System.Text;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class PyTorchCheckpointTests
{
    private static readonly float[] Base = [.. Enumerable.Range(0, 24).Select(i => i / 8f - 1)];

    private static string Golden(string name) => Path.Combine(Repository.Root, "tests", "oracles", "golden", "torch", name);

    [Theory]
    [InlineData("zip.bin")]
    [InlineData("legacy.bin")]
    [InlineData("wrapped-zip.bin")]
    [InlineData("wrapped-legacy.bin")]
    public void Every_type_and_stride_reads_as_PyTorch_wrote_it(string file)
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Golden(file));

        Assert.Equal(
            ["bf16", "columns", "empty", "every_second", "f16", "f32", "f64", "flags", "ids", "parameter", "rows", "scalar", "transposed"],
            checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Base, checkpoint.Read("f32"));
        Assert.Equal(Base, checkpoint.Read("f16"));
        Assert.Equal(Base, checkpoint.Read("bf16"));
        Assert.Equal(Base, checkpoint.Read("f64"));
        Assert.Equal(Base, checkpoint.Read("parameter"));
        Assert.Equal([.. Enumerable.Range(0, 24).Select(i => Base[i % 4 * 6 + i / 4])], checkpoint.Read("transposed"));
        Assert.Equal([.. Enumerable.Range(0, 8).Select(i => Base[i / 2 * 6 + 2 + i % 2])], checkpoint.Read("columns"));
        Assert.Equal(Base[6..18], checkpoint.Read("rows"));
        Assert.Equal([Base[0], Base[3], Base[12], Base[15]], checkpoint.Read("every_second"));
        Assert.Equal([2.5f], checkpoint.Read("scalar"));
        Assert.Empty(checkpoint.Read("empty"));
        Assert.Equal([6L, 4], checkpoint.Tensors["transposed"].Shape);
        Assert.Equal("BF16", checkpoint.Tensors["bf16"].ElementType);
        Assert.Equal("BOOL", checkpoint.Tensors["flags"].ElementType);
        Assert.Contains("I64", Assert.Throws<BertMLNetException>(() => checkpoint.Read("ids")).Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Later_pickle_protocols_are_read(int protocol)
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(Golden($"protocol{protocol}.bin"));

        Assert.Equal(Base, checkpoint.Read("f32"));
    }

    [Fact]
    public void Shards_are_read_through_their_index()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Golden("zip.bin"), folder["pytorch_model-00001-of-00002.bin"]);
        File.Copy(Golden("legacy.bin"), folder["pytorch_model-00002-of-00002.bin"]);
        File.WriteAllText(
            folder["pytorch_model.bin.index.json"],
            """{"weight_map": {"f32": "pytorch_model-00001-of-00002.bin", "rows": "pytorch_model-00002-of-00002.bin"}}""");

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path);

        Assert.Equal(["f32", "rows"], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Base, checkpoint.Read("f32"));
        Assert.Equal(Base[6..18], checkpoint.Read("rows"));
    }

    [Fact]
    public void A_pickled_module_is_refused_by_name()
    {
        var error = Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(Golden("module.bin")));

        Assert.Contains("'torch.nn.modules.linear.Linear'", error.Message);
    }

    [Fact]
    public void A_real_zip_file_agrees_with_its_safetensors_twin()
    {
        using ICheckpoint torch = CheckpointFormats.Open(SharedData.PathOf("fixtures", "checkpoints", "tensors.pth"));
        using ICheckpoint safe = CheckpointFormats.Open(SharedData.PathOf("fixtures", "checkpoints", "tensors.safetensors"));

        Assert.Equal(safe.Tensors.Keys.Order(StringComparer.Ordinal), torch.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, TensorInfo info) in safe.Tensors)
        {
            Assert.Equal(info.Shape, torch.Tensors[name].Shape);
            Assert.Equal((info.ElementType, info.ByteCount), (torch.Tensors[name].ElementType, torch.Tensors[name].ByteCount));
        }
    }

    [Theory]
    [InlineData("hf-zip-pickle", "PyTorch (zip)", "TokenClassification")]
    [InlineData("hf-legacy-pickle", "PyTorch (before 1.6)", "None")]
    public void Real_Hugging_Face_folders_load(string folder, string format, string head)
    {
        var model = ModelFolder.Open(SharedData.PathOf("fixtures", "checkpoints", folder));
        using ICheckpoint checkpoint = model.OpenWeights();
        BertConfig config = model.LoadConfig();

        (ParameterSet parameters, LoadReport report) = ParameterSet.Load(checkpoint, config, WeightPlan.DetectHead(checkpoint, config));

        Assert.Equal(format, checkpoint.Format);
        Assert.Equal(Models.HeadOf(head), parameters.Head);
        foreach (ParameterSpec spec in parameters.Specs)
            Assert.All(parameters[spec.Name], value => Assert.InRange(value, -2f, 2f));
        double[] words = [.. parameters[BertParameters.WordEmbeddings].Select(value => (double)value)];
        Assert.InRange(Math.Sqrt(words.Sum(value => value * value) / words.Length), 0.019, 0.021);
        Assert.DoesNotContain(BertParameters.WordEmbeddings, report.Initialized);
    }

    [Fact]
    public void A_flipped_bit_in_a_storage_is_found_by_its_checksum()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Golden("protocol3.bin"));
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(Base[5]));
        bytes[at] ^= 1;
        File.WriteAllBytes(folder["bad.bin"], bytes);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["bad.bin"]);
        var error = Assert.Throws<BertMLNetException>(() => checkpoint.Read("f32"));

        Assert.Contains("checksum", error.Message);
    }

    // Each pickle is protocol 2 and ends in '.'; the opcodes are those of Python's pickletools.
    [Theory]
    [InlineData("cos\nsystem\nX\x02\0\0\0ls\x85R.", "'os.system'")]
    [InlineData("cbuiltins\neval\n(X\x01\0\0\01tR.", "'builtins.eval'")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n.", "'torch._utils._rebuild_qtensor'")]
    [InlineData("ctorch\nQInt8Storage\n.", "'torch.QInt8Storage'")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n.", "'numpy.core.multiarray._reconstruct'")]
    [InlineData("X\x06\0\0\0posix.X\x06\0\0\0system\x93.", "'posix..system'")]
    [InlineData("(iposix\nsystem\n.", "opcode 0x69")]
    [InlineData("}(ctorch\nFloatStorage\n)\x81.", "opcode 0x81")]
    [InlineData("}X\x01\0\0\0aX\u00ff\u00ff\u00ff\u00ffa.", "claims 4294967295 bytes")]
    [InlineData("h\x05.", "memo has no entry 5")]
    [InlineData("}}u.", "no mark")]
    [InlineData("R.", "stack is empty")]
    [InlineData("(R.", "stack is empty")]
    [InlineData("}q\0h\0h\0s", "does not end")]
    [InlineData("]q\0h\0a.", "no dictionary of tensors")]
    [InlineData("}q\0h\0h\0s.", "holds no tensors by name")]
    public void Pickles_that_want_more_than_tensors_are_refused(string opcodes, string expected)
    {
        using var folder = new TemporaryFolder();
        WriteZip(folder["bad.bin"], "\x80\x02" + opcodes, 24);

        var error = Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["bad.bin"]));

        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    // Offset, two sizes, two strides, of a storage of 24 elements.
    [Theory]
    [InlineData(0, 4, 7, 7, 1)]
    [InlineData(1, 4, 6, 6, 1)]
    [InlineData(0, 4, 6, 7, 1)]
    [InlineData(0, 2, 2, 200, 1)]
    [InlineData(24, 1, 1, 1, 1)]
    [InlineData(24, 5, 6, 0, 0)]
    [InlineData(0, int.MaxValue, 2, 0, 1)]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused(int offset, int rows, int columns, int rowStride, int columnStride)
    {
        using var folder = new TemporaryFolder();
        WriteZip(folder["bad.bin"], TensorPickle(offset, rows, columns, rowStride, columnStride), 24);

        var error = Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["bad.bin"]));

        Assert.Contains("storage of 24 elements", error.Message);
    }

    [Fact]
    public void A_tensor_that_repeats_its_storage_is_read()
    {
        using var folder = new TemporaryFolder();
        WriteZip(folder["expanded.bin"], TensorPickle(2, 5, 6, 0, 1), 24);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["expanded.bin"]);

        Assert.Equal([.. Enumerable.Range(0, 30).Select(i => Base[2 + i % 6])], checkpoint.Read("t"));
    }

    [Fact]
    public void Tensors_beside_a_wrapped_dictionary_do_not_hide_it()
    {
        using var folder = new TemporaryFolder();
        WriteZip(
            folder["wrapped.bin"],
            "\x80\x02}X\x04\0\0\0best" + TensorOf(0, 1, 1, 1, 1) + "sX\x0a\0\0\0state_dict}X\x01\0\0\0t" + TensorOf(0, 4, 6, 6, 1) + "ss.",
            24);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["wrapped.bin"]);

        Assert.Equal("t", Assert.Single(checkpoint.Tensors.Keys));
        Assert.Equal(Base, checkpoint.Read("t"));
    }

    [Fact]
    public void A_legacy_file_may_frame_its_pickles()
    {
        using var folder = new TemporaryFolder();
        byte[] good = File.ReadAllBytes(Golden("legacy.bin"));
        // What protocol 4 writes of the magic number: the frame's length, 13 bytes, and the same opcodes.
        File.WriteAllBytes(folder["framed.bin"], [0x80, 4, 0x95, 13, 0, 0, 0, 0, 0, 0, 0, .. good[2..]]);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["framed.bin"]);

        Assert.Equal("PyTorch (before 1.6)", checkpoint.Format);
        Assert.Equal(Base, checkpoint.Read("f32"));
    }

    [Fact]
    public void A_storage_shorter_than_the_pickle_says_is_refused_and_a_good_one_is_read()
    {
        using var folder = new TemporaryFolder();
        WriteZip(folder["good.bin"], TensorPickle(0, 4, 6, 6, 1), 24);
        WriteZip(folder["bad.bin"], TensorPickle(0, 4, 6, 6, 1), 23);

        using ICheckpoint good = CheckpointFormats.Open(folder["good.bin"]);
        Assert.Equal(Base, good.Read("t"));
        Assert.Contains("92 bytes, expected 96", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["bad.bin"])).Message);
    }

    [Fact]
    public void Endless_growth_is_stopped()
    {
        using var folder = new TemporaryFolder();
        // Each is a few megabytes that would make far more values: lists, marks, and tuples nested half a million deep.
        WriteZip(folder["lists.bin"], "\x80\x02" + new string(']', 3_000_000) + ".", 1);
        WriteZip(folder["marks.bin"], "\x80\x02" + new string('(', 3_000_000) + ".", 1);
        WriteZip(folder["deep.bin"], "\x80\x02]" + string.Concat(Enumerable.Repeat("q\0\x85q\0\x85", 500_000)) + ".", 1);

        foreach (string name in new[] { "lists.bin", "marks.bin", "deep.bin" })
            Assert.Contains("too many", Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder[name])).Message);
    }

    private static string TensorPickle(int offset, int rows, int columns, int rowStride, int columnStride) =>
        "\x80\x02}X\x01\0\0\0t" + TensorOf(offset, rows, columns, rowStride, columnStride) + "s.";

    private static string TensorOf(int offset, int rows, int columns, int rowStride, int columnStride) =>
        "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
        + "X\x01\0\0\00X\x03\0\0\0cpuK\x18tQ" + Number(offset)
        + Number(rows) + Number(columns) + "\x86" + Number(rowStride) + Number(columnStride) + "\x86\x89}tR";

    private static string Number(int value) => "J" + Encoding.Latin1.GetString(BitConverter.GetBytes(value));

    private static void WriteZip(string path, string pickle, int elements)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            using Stream stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }
        Add("archive/data.pkl", Encoding.Latin1.GetBytes(pickle));
        Add("archive/data/0", System.Runtime.InteropServices.MemoryMarshal.AsBytes(Base.AsSpan(0, elements)));
    }
}
