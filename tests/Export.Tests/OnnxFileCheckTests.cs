using System.Text.RegularExpressions;
using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Google.Protobuf;

namespace BertMLNet.Export.Tests;

/// <summary>Graphs are looked through before a runtime opens them.</summary>
public sealed class OnnxFileCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(GraphOperators.Standard, GraphPrecision.Single)]
    [InlineData(GraphOperators.Fused, GraphPrecision.Single)]
    [InlineData(GraphOperators.Standard, GraphPrecision.Half)]
    [InlineData(GraphOperators.Standard, GraphPrecision.Int8)]
    public void What_the_exporter_writes_passes(GraphOperators operators, GraphPrecision precision)
    {
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), _folder["model.onnx"], new ExportOptions { Operators = operators, Precision = precision });
        OnnxFile.Check(_folder["model.onnx"]);
    }

    [Theory]
    [InlineData("pair-gelu")]
    [InlineData("qa-gelu")]
    public void What_others_export_passes(string golden) =>
        OnnxFile.Check(Path.Combine(Path.GetDirectoryName(new GoldenFiles(golden).ConfigPath)!, "exported.onnx"));

    [Theory]
    [InlineData("../weights.bin", 0, 16, "not a file in the graph's folder")]
    [InlineData("/etc/passwd", 0, 16, "not a file in the graph's folder")]
    [InlineData("a/../../weights.bin", 0, 16, "not a file in the graph's folder")]
    [InlineData("", 0, 16, "not a file in the graph's folder")]
    [InlineData("nowhere.bin", 0, 16, "which is missing")]
    [InlineData("weights.bin", 1, 16, "but the file has 16")]
    [InlineData("weights.bin", -1, 16, "is no number")]
    [InlineData("weights.bin", 0, 12, "takes 16")]
    public void Weights_outside_the_folder_or_beyond_their_file_are_refused(string location, long offset, long length, string message)
    {
        File.WriteAllBytes(_folder["weights.bin"], new byte[16]);
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllBytes(_folder["model/weights.bin"], new byte[16]);
        var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 2, 2 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });

        // Wherever the constant stands: among the graph's, in a node's attribute, in a graph within one.
        var constant = new NodeProto { OpType = "Constant", Output = { "w" }, Attribute = { new AttributeProto { Name = "value", T = tensor } } };
        foreach (GraphProto graph in new[]
        {
            new GraphProto { Initializer = { tensor } },
            new GraphProto { Node = { constant } },
            new GraphProto { Node = { new NodeProto { OpType = "If", Attribute = { new AttributeProto { Name = "then_branch", G = new GraphProto { Node = { constant } } } } } } },
        })
        {
            Write(graph);
            Assert.Contains(message, Error(), StringComparison.Ordinal);
        }

        tensor.ExternalData[0].Value = "weights.bin";
        (tensor.ExternalData[1].Value, tensor.ExternalData[2].Value) = ("0", "16");
        Write(new GraphProto { Initializer = { tensor } });
        OnnxFile.Check(_folder["model/model.onnx"]);
    }

    [Fact]
    public void Shapes_that_lie_are_refused()
    {
        Refuses("holds 4 bytes where its shape [1048576] takes 4194304", 4, 1 << 20);
        Refuses("which no file can hold", 4, 1L << 40, 1L << 40);
        // 2^64 bytes, which are 0 in 64 bits.
        Refuses("which no file can hold", 0, 1L << 62);
        Refuses("dimensions are 0 or more", 4, -1);

        void Refuses(string message, int bytes, params long[] shape)
        {
            Write(new GraphProto { Initializer = { new TensorProto { Name = "w", DataType = 1, Dims = { shape }, RawData = ByteString.CopyFrom(new byte[bytes]) } } });
            Assert.Contains(message, Error(), StringComparison.Ordinal);
        }
    }

    /// <summary>Two bytes of a file may be an object of a hundred in memory.</summary>
    [Theory]
    [InlineData("nodes")]
    [InlineData("names")]
    [InlineData("dimensions")]
    [InlineData("unknown fields")]
    public void Countless_small_parts_do_not_fill_the_memory(string parts)
    {
        const int Count = 2 << 20;
        byte[] empty = new byte[2 * Count];
        for (int i = 0; i < empty.Length; i += 2)
            empty[i] = 1 << 3 | 2;
        byte[] graph = parts switch
        {
            "nodes" => empty,
            "names" => Field(1, empty),
            "dimensions" => Field(11, Field(2, Field(1, Field(2, empty)))),
            _ => [.. Enumerable.Range(1 << 20, 1 << 18).SelectMany(number => Varint((ulong)number << 3).Append((byte)0))],
        };
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllBytes(_folder["model/model.onnx"], Field(7, graph));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BertMLNetException>(() => OnnxCheckpoint.Open(_folder["model/model.onnx"]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        if (parts != "unknown fields")
            Assert.Contains("more than 1048576 names, nodes and other parts", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Assert.Contains("no such file", Error(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["model"]);
        foreach (string text in (string[])["", "no graph", new string('\n', 100), new string('z', 1000)])
        {
            File.WriteAllText(_folder["model/model.onnx"], text);
            Assert.Contains("not an ONNX model", Error(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_session_is_opened_in_one_place_behind_the_check()
    {
        string[] opening =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => Regex.IsMatch(File.ReadAllText(file), @"new (InferenceSession|SessionOptions)\b")),
        ];
        string only = Assert.Single(opening);
        Assert.Equal("Sessions.cs", Path.GetFileName(only));
        string text = File.ReadAllText(only);
        Assert.Equal(Regex.Count(text, @"public static .*Open\(.*(path|folder)\b"), Regex.Count(text, @"OnnxFile\.Check\(path\)"));
    }

    /// <summary>The runtime sees what the check lets through; both must end in an error of one line or in a session.</summary>
    [Fact]
    public void Damaged_graphs_end_in_a_clean_error()
    {
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), _folder["good.onnx"]);
        byte[] good = File.ReadAllBytes(_folder["good.onnx"]);
        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            File.WriteAllBytes(folder["bad.onnx"], Modeling.Tests.Mutation.Of(good, random));
            new GraphVerifier(folder["bad.onnx"]).Dispose();
        });
    }

    private static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }

    private void Write(GraphProto graph)
    {
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllBytes(_folder["model/model.onnx"], new ModelProto { IrVersion = 8, Graph = graph }.ToByteArray());
    }

    private string Error() => Assert.Throws<BertMLNetException>(() => OnnxFile.Check(_folder["model/model.onnx"])).Message;
}
